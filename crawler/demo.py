"""The demo site: the fixture portal as a child process on loopback, for the length of a run.

It lives in ``fixtures``, which is no part of the installed package: the demo works from a checkout.
"""

from __future__ import annotations

import logging
import os
import selectors
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import StorageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

    from scrapy.settings import BaseSettings

logger = logging.getLogger(__name__)

CHECKOUT = Path(__file__).parents[1]
HOST = "127.0.0.1"
PATIENCE = 120.0  # seconds until the portal must be ready: 100,000 articles are laid out before it answers
GRACE = 5.0  # seconds between asking it to stop and stopping it


@dataclass(frozen=True, slots=True)
class Demo:
    """A running fixture portal; a context manager that stops it.

    Attributes:
        url: its root, with a slash at the end.
        port: where it listens on loopback.
        process: the child process.
    """

    url: str
    port: int
    process: subprocess.Popen[str]

    @classmethod
    def start(
        cls,
        data_dir: Path,
        *,
        port: int | None = None,
        articles: int | None = None,
        faults: Sequence[str] = (),
        checkout: Path = CHECKOUT,
    ) -> Self:
        """Start the portal and wait until it answers.

        Args:
            data_dir: ``DISCUZ_DATA_DIR``; the port is kept in ``demo/port`` below it, so that the next run finds the
                same addresses.
            port: where to listen instead of the kept port.
            articles: how many the portal has, or None for its own default.
            faults: names of the faults that it makes on purpose.
            checkout: where the project's sources lie.

        Raises:
            UsageError: there is no checkout around the package, `port` is taken, or the portal refuses its arguments.
            StorageError: the port cannot be kept in `data_dir`.
        """
        if not (checkout / "fixtures" / "portal" / "__main__.py").is_file():
            raise UsageError(
                f"site demo: the fixture portal is not part of the installed package ({checkout} has no"
                " fixtures/portal); run from a checkout of the project"
            )
        if port and not _is_free(port):
            raise UsageError(f"--port {port}: already in use on {HOST}; choose another, or leave it out")
        folder = data_dir / "demo"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / "portal.log").open("w", encoding="utf-8") as log:
                process = subprocess.Popen(  # noqa: S603  (our own module, arguments as a list)
                    _arguments(port or _kept_port(folder / "port"), articles, faults),
                    cwd=checkout,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                    process_group=0,  # Ctrl-C is for the crawl, which may want its last pages
                )
        except OSError as error:
            raise StorageError(
                f"data folder {folder}: {error.strerror}; make it writable, or choose another with"
                " -s DISCUZ_DATA_DIR=PATH"
            ) from error
        url = _wait_until_ready(process, folder / "portal.log")
        return cls(url, int(url.rstrip("/").rpartition(":")[2]), process)

    def admit(self, settings: BaseSettings) -> None:
        """Let crawls connect to this portal, though it lies at a private address.

        Args:
            settings: the crawler's, before its process is built.
        """
        allowed = [*settings.getlist("DISCUZ_ALLOW_PRIVATE_ADDRESSES"), f"{HOST}:{self.port}"]
        settings.set("DISCUZ_ALLOW_PRIVATE_ADDRESSES", allowed, priority="cmdline")

    def stop(self) -> None:
        """Stop the portal; harmless when it has stopped already."""
        self.process.terminate()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        assert self.process.stdout
        self.process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _arguments(port: int, articles: int | None, faults: Sequence[str]) -> list[str]:
    """The portal's command line. It watches this process and ends with it, however that ends."""
    arguments = [sys.executable, "-m", "fixtures.portal", "--port", str(port), "--parent-pid", str(os.getpid())]
    if articles is not None:
        arguments += ["--articles", str(articles)]
    for fault in faults:
        arguments += ["--fault", fault]
    return arguments


def _kept_port(file: Path) -> int:
    """The port in `file`, which the first start chooses; 0, any free one, while something else listens there."""
    try:
        port = int(file.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        with socket.create_server((HOST, 0)) as listener:
            port = int(listener.getsockname()[1])
        file.write_text(f"{port}\n", encoding="ascii")
    if _is_free(port):
        return port
    logger.warning("Port %d of %s is taken; the demo has other addresses this time", port, file)
    return 0


def _is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
        except (OSError, OverflowError):  # taken or not allowed; no port number at all
            return False
    return True


def _wait_until_ready(process: subprocess.Popen[str], log: Path) -> str:
    """Wait for the line ``READY <url>``.

    Raises:
        UsageError: the process ended or stayed silent instead; its last words say why.
    """
    assert process.stdout
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        ready = selector.select(PATIENCE)
    line = process.stdout.readline() if ready else ""
    word, _, url = line.strip().partition(" ")
    if word == "READY":
        return url
    process.kill()
    process.wait()
    process.stdout.close()
    words = log.read_text("utf-8", "replace").strip().rpartition("\n")[2]
    raise UsageError(f"site demo: the fixture portal did not start ({words or 'it said nothing'})")
