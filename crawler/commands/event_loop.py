"""The event loop that Scrapy is to take."""

from __future__ import annotations

import asyncio
import select
from typing import TYPE_CHECKING, Any

from scrapy.utils.misc import load_object

try:
    from uvloop import Loop as Base
except ImportError:  # it does not run on Windows
    from asyncio import SelectorEventLoop as Base  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.settings import BaseSettings


class Loop(Base):
    """uvloop's, which hears of every connection that is reset.

    libuv watches a socket no more once that has an error, and uvloop calls its reader one last time (`_fatal_error` in
    ``handles/poll.pyx``, 0.23). Where bytes have come together with the reset, Twisted reads those and waits for the
    next call to be told of it: the request would last until its timeout.
    """

    def __init__(self) -> None:
        super().__init__()
        self._watched: dict[int, object] = {}

    def add_reader(self, fd: Any, callback: Callable[..., object], *args: Any) -> None:  # type: ignore[override]
        """Call back whenever there is something to be read."""
        watch = self._watched[fd] = object()
        super().add_reader(fd, self._read, fd, watch, callback, *args)

    def remove_reader(self, fd: Any) -> None:  # type: ignore[override]
        """Call back no more."""
        self._watched.pop(fd, None)
        super().remove_reader(fd)

    def _read(self, fd: Any, watch: object, callback: Callable[..., object], *args: Any) -> None:
        callback(*args)
        if self._watched.get(fd) is watch and _has_error(fd):
            self.call_soon(self._read_on, fd, watch, callback, *args)

    def _read_on(self, fd: Any, watch: object, callback: Callable[..., object], *args: Any) -> None:
        if self._watched.get(fd) is watch:
            self._read(fd, watch, callback, *args)


def _has_error(fd: Any) -> bool:
    """Tell whether a socket has an error that nobody was told of yet."""
    poll = select.poll()
    poll.register(fd, 0)
    return any(event & select.POLLERR for _, event in poll.poll(0))


def install_event_loop(settings: BaseSettings) -> None:
    """Set the loop that ``ASYNCIO_EVENT_LOOP`` names, before Scrapy makes its process.

    Scrapy would make asyncio's own first, find that it is another one, and leave it unclosed, which Python reports as a
    ResourceWarning some time later.
    """
    if path := settings["ASYNCIO_EVENT_LOOP"]:
        asyncio.set_event_loop(load_object(path)())
