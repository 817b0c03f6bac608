"""The event loop that Scrapy is to take."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy.utils.misc import load_object

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def install_event_loop(settings: BaseSettings) -> None:
    """Set the loop that ``ASYNCIO_EVENT_LOOP`` names, before Scrapy makes its process.

    Scrapy would make asyncio's own first, find that it is another one, and leave it unclosed, which Python reports as a
    ResourceWarning some time later.
    """
    if path := settings["ASYNCIO_EVENT_LOOP"]:
        asyncio.set_event_loop(load_object(path)())
