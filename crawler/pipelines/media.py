"""Fetch media: the pictures and files of an article that is about to be written."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, NoReturn, Protocol, cast
from urllib.parse import urljoin, urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    DropItem,
    NotConfigured,
)
from scrapy.http import TextResponse
from scrapy.pipelines import media
from scrapy.pipelines.media import FileInfo
from scrapy.utils.asyncio import run_in_thread
from scrapy.utils.datatypes import LocalCache
from twisted.internet.error import ConnectError
from twisted.python.failure import Failure
from w3lib.url import safe_url_string

from crawler import clock
from crawler.discuz import walls
from crawler.discuz.files import file_key
from crawler.discuz.urls import Kind
from crawler.errors import StorageError
from crawler.items import Article, Attachment
from crawler.pipelines.media_folder import MediaFolder
from crawler.pipelines.media_kinds import content_type, extension_of, is_no_picture, is_page, is_wanted, name_in
from crawler.pipelines.media_rules import MediaRules, Wanted
from crawler.pipelines.media_silence import Silence
from crawler.store import MediaFile

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.pipelines.media import FileInfoOrError, MediaPipeline

    from crawler.discuz.urls import Grammar
    from crawler.errors import ExitCode
    from crawler.items import Image
    from crawler.sites import Site
    from crawler.store import Store

logger = logging.getLogger(__name__)

REDIRECTS: Final = 5
DEAD_FOR: Final = 3600.0
"""Seconds for which a host that is silent again and again is not asked."""
OWN_DEAD_FOR: Final = 600.0
"""The same where it is the site's: its pages come, and a few minutes later its pictures may, too."""
ASKED_AGAIN: Final = timedelta(hours=1)
"""Age at which a file that was not to be had is asked for again, if an article wants it."""
STOPPED: Final = "stopped"
"""What a request is called that the end of the run has kept back."""
SILENT: Final = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadTimeoutError, ConnectError)


class HasMedia(Protocol):
    """The side of a spider that this pipeline sees."""

    site: Site
    folder: Path
    store: Store
    bugs: int

    @property
    def grammar(self) -> Grammar:
        """How the site spells addresses."""

    def why_no_file(self, error: BaseException) -> str:
        """Say in a word why a request brought no response."""

    def wait_for(self, item: Article) -> None:
        """Give the unit of an item all its time again: it goes on."""

    def stop(self, code: ExitCode, words: str) -> None:
        """End the crawl."""


class Interrupted(DropItem):
    """The run ends before all files of an article are there: the article is still to be done."""


class Unfetched(Exception):
    """A file is not to be had; never leaves the pipeline.

    Args:
        reason: a short name, for stats and lists.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Fetched(FileInfo):
    """What Scrapy passes on of a file, and what the store remembers of it; None for a request that was kept back."""

    file: MediaFile | None


class FetchMediaPipeline(media.MediaPipeline):
    """Fetches what an article shows and offers, once for all articles and runs, and puts into its record where it is.

    The requests go the way of all others: pace, robots.txt, guard of addresses. A file that is not to be had is null in
    the record, counted by its reason and listed in ``media_skipped.jsonl``; it never fails its article. An article is
    written when its files are in their places; it waits for the next start where the run ends before.

    Scrapy's own pipelines name files by their addresses, fetch them again when they are old, write them under their
    final names, and keep every address in memory: of their base this one takes requests, gathering and hooks.
    """

    def __init__(self, *, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        self._rules = MediaRules.of(crawler.settings)
        self._at_once = crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN")
        self._silence = Silence()
        self._folder: MediaFolder

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build the pipeline as Scrapy does.

        Raises:
            NotConfigured: ``DISCUZ_MEDIA_ENABLED`` is off.
        """
        if not crawler.settings.getbool("DISCUZ_MEDIA_ENABLED"):
            raise NotConfigured
        return cls(crawler=crawler)

    def open_spider(self) -> None:  # type: ignore[override]  # Scrapy's takes the spider, and warns of that
        """Make ready; what a crash has left half written is removed."""
        super().open_spider()
        # The store remembers what there was.
        self.spiderinfo.downloaded = LocalCache(0)
        self._folder = MediaFolder(self._spider.folder)
        self._folder.sweep()

    @property
    def _spider(self) -> HasMedia:
        return cast("HasMedia", self.crawler.spider)

    # --- an article ---

    async def process_item(self, item: Any) -> Any:  # type: ignore[override]  # as above
        """Give the item back, with its files.

        Raises:
            Interrupted: the run ends before they are there.
        """
        return await super().process_item(item) if isinstance(item, Article) else item

    def get_media_requests(self, item: Article, info: MediaPipeline.SpiderInfo) -> list[Request]:  # noqa: ARG002  (as Scrapy's)
        """Make a request for each file; whether it goes out, the further hooks decide."""
        requests = self._requests(item)
        if others := len({file.url for file in files_of(item)}) - len(requests):
            self._count("address", others)
        return list(requests.values())

    def _requests(self, item: Article) -> dict[str, Request]:
        """Give the requests for the files of a record by their addresses; what is no address has none."""
        files: dict[str, Image | Attachment] = {}
        for file in files_of(item):
            files.setdefault(file.url, file)
        # One article's files are not to stand before all of another's, and each is in memory while it comes in.
        spider, turn = self._spider, asyncio.Semaphore(self._at_once)
        requests: dict[str, Request] = {}
        for place, (url, file) in enumerate(files.items()):
            try:
                about = Wanted(
                    url=spider.grammar.here(url),
                    key=file_key(url, spider.grammar),
                    aid=item.discuz.aid,
                    page=item.url,
                    place=place,
                    is_picture=not isinstance(file, Attachment),
                    name=file.name if isinstance(file, Attachment) and not is_unnamed(file) else None,
                    encoding=item.provenance.encoding,
                    turn=turn,
                )
                requests[url] = self._rules.request(about, spider.site)
            except ValueError:  # such as a port of 99999
                continue
        return requests

    def item_completed(
        self,
        results: list[FileInfoOrError],
        item: Article,
        info: MediaPipeline.SpiderInfo,  # noqa: ARG002  (Scrapy's signature)
    ) -> Article:
        """Put the files into the record.

        Raises:
            Interrupted: the run ends before they are there.
        """
        found: dict[str, MediaFile] = {}
        for url, (is_fetched, result) in zip(self._requests(item), results, strict=True):
            if not is_fetched:  # Scrapy has logged it
                self._spider.bugs += 1
                self._count("exception")
                continue
            file = cast("Fetched", result)["file"]
            if file is None:
                raise Interrupted(STOPPED, log_level="DEBUG")
            if file.sha256 is not None:
                found[url] = file
        for about in files_of(item):
            if here := found.get(about.url):
                about.sha256, about.local_path = here.sha256, path_of(here)
                if isinstance(about, Attachment):
                    about.size = here.size
                    # Its content hash stays: that is over what the page prints.
                    about.name = here.name if here.name and is_unnamed(about) else about.name
        return item

    # --- a file ---

    def media_to_download(
        self,
        request: Request,
        info: MediaPipeline.SpiderInfo,  # noqa: ARG002  (Scrapy's signature)
        *,
        item: Any = None,  # noqa: ARG002  (the same)
    ) -> Any:
        """Give a file that need not be asked for: it is here, was not to be had just now, or is not fetched at all."""
        wanted: Wanted = request.cb_kwargs["media"]
        try:
            known = self._spider.store.media(wanted.key)
            age = clock.utc_now() - known.seen_at if known else timedelta()
            if known and self._is_here(known):
                if self._rules.expires is None or age < self._rules.expires:
                    self._count("known")
                    return told(known)
                request.headers.update(conditions(known))
            elif known and known.reason and timedelta() <= age < ASKED_AGAIN:
                self._count(known.reason)
                return told(known)
            if why := self._rules.why_not(wanted, self._spider.site):
                return self._without(wanted, why)
        except StorageError as error:
            return self._end(error)
        return None

    def _is_here(self, file: MediaFile) -> bool:
        return (
            file.sha256 is not None
            and file.extension is not None
            and self._folder.has(file.sha256, file.extension, file.size or 0)
        )

    async def _check_media_to_download(self, request: Request, info: MediaPipeline.SpiderInfo, item: Any) -> FileInfo:
        """Fetch a file, but not all at once; one that is not to be had is an answer like others."""
        wanted: Wanted = request.cb_kwargs["media"]
        async with wanted.turn:
            self._spider.wait_for(item)
            try:
                try:
                    response = await self._ask(request)
                except Exception:
                    self.media_failed(Failure(), request, info)  # type: ignore[no-untyped-call]
                return await self.media_downloaded(response, request, info, item=item)
            except Unfetched as end:
                return told(None) if end.reason == STOPPED else self._without(wanted, end.reason)
            except StorageError as error:
                return self._end(error)

    async def _ask(self, request: Request) -> Response:
        """Ask for a file, and follow where it leads.

        Raises:
            Unfetched: nothing is asked for there, or not now.
            Exception: whatever else ends a request.
        """
        file: Wanted = request.cb_kwargs["media"]
        self.crawler.stats.inc_value("discuz/request/media_count")
        for _ in range(REDIRECTS + 1):
            response = await self._answer(request)
            location = response.headers.get("Location")
            if location is None or not 300 <= response.status < 400:
                return response
            there = urljoin(request.url, safe_url_string(location))
            if self._spider.grammar.parse(there).kind is Kind.LOGIN:
                raise Unfetched(walls.Wall.LOGIN)
            if why := self._rules.why_not_at(there, self._spider.site):
                raise Unfetched(why)
            request = self._rules.request(file, self._spider.site, there)
        raise Unfetched("redirects")

    async def _answer(self, request: Request) -> Response:
        """Ask once; not a host that has been silent again and again, or every picture were waited for in vain."""
        host = urlsplit(request.url).hostname or ""
        is_own = host == urlsplit(self._spider.site.url).hostname
        if self._silence.of(host, OWN_DEAD_FOR if is_own else DEAD_FOR):
            raise Unfetched("silent_host")
        try:
            response = await self.crawler.engine.download_async(request)
        except SILENT as error:
            # Where the site itself is not there, its articles are not either, and nobody waits for long.
            if not is_own or isinstance(error, DownloadTimeoutError):
                self._silence.fell(host)
            raise
        self._silence.broken(host)
        return response

    def media_failed(self, failure: Failure, request: Request, info: MediaPipeline.SpiderInfo) -> NoReturn:  # noqa: ARG002  (as Scrapy's)
        """Name what ended a request.

        Raises:
            Unfetched: always.
        """
        error = failure.value
        assert error is not None
        if isinstance(error, Unfetched):
            raise error
        if isinstance(error, DownloadCancelledError) or "DOWNLOAD_MAXSIZE" in str(error):
            raise Unfetched("too_large") from error
        raise Unfetched(self._spider.why_no_file(error)) from error

    async def media_downloaded(
        self,
        response: Response,
        request: Request,
        info: MediaPipeline.SpiderInfo,  # noqa: ARG002  (Scrapy's signature)
        *,
        item: Any = None,  # noqa: ARG002  (the same)
    ) -> FileInfo:
        """Put the content of a file in its place, and remember where that is.

        Raises:
            Unfetched: something else came.
            StorageError: it cannot be written, or not be remembered.
        """
        wanted: Wanted = request.cb_kwargs["media"]
        now, store = clock.utc_now(), self._spider.store
        if response.status == 304 and (known := store.media(wanted.key)) and self._is_here(known):
            store.keep_media(known := replace(known, seen_at=now))
            self._count("unchanged")
            return told(known)
        if why := self._what_else(response, wanted):
            raise Unfetched(why)
        name = name_in(response.headers.get("Content-Disposition"), wanted.encoding)
        extension = extension_of(response, name or wanted.name)
        if not is_wanted(extension, content_type(response), self._rules.kinds):
            raise Unfetched("type")
        kept = await run_in_thread(self._folder.keep, response.body, extension)
        file = MediaFile(
            key=wanted.key,
            url=wanted.url,
            aid=wanted.aid,
            seen_at=now,
            sha256=kept.sha256,
            extension=kept.extension,
            size=len(response.body),
            name=name,
            etag=text_of(response, "ETag"),
            last_modified=text_of(response, "Last-Modified"),
        )
        store.keep_media(file)
        self._count("fetched")
        self._count("stored", int(kept.is_new))
        self.crawler.stats.inc_value("discuz/media/bytes", len(response.body))
        return told(file)

    def _what_else(self, response: Response, file: Wanted) -> str | None:
        """Say in a word what came in place of a file, None if the file did."""
        if response.status != 200:
            return f"http_{response.status}"
        if not response.body:
            return "empty"
        if is_page(response):
            assert isinstance(response, TextResponse)
            verdict = walls.classify(status=response.status, text=response.text, asked=Kind.ATTACHMENT)
            return verdict.wall if verdict else "page"
        return "no_picture" if file.is_picture and is_no_picture(response) else None

    def file_path(
        self,
        request: Request,
        response: Response | None = None,  # noqa: ARG002  (Scrapy's signature)
        info: MediaPipeline.SpiderInfo | None = None,  # noqa: ARG002  (the same)
        *,
        item: Any = None,  # noqa: ARG002  (the same)
    ) -> str:
        """Give the path of a file below the site's folder, empty before it is known: its content decides that."""
        known = self._spider.store.media(request.cb_kwargs["media"].key)
        return path_of(known) if known and known.sha256 else ""

    # --- what is told of it ---

    def _without(self, wanted: Wanted, reason: str) -> FileInfo:
        """Remember that a file is not to be had, unless a content of it is here."""
        self._count(reason)
        logger.debug("No file from %r: %s", wanted.url, reason)
        store = self._spider.store
        known = store.media(wanted.key)
        if known is not None and self._is_here(known):
            return told(known)
        file = MediaFile(wanted.key, wanted.url, wanted.aid, seen_at=clock.utc_now(), reason=reason)
        store.keep_media(file)
        return told(file)

    def _end(self, error: StorageError) -> FileInfo:
        """End the run: nothing can be kept."""
        self._spider.stop(error.exit_code, str(error))
        return told(None)

    def _count(self, what: str, times: int = 1) -> None:
        self.crawler.stats.inc_value(f"discuz/media/{what}_count", times)


def files_of(item: Article) -> list[Image | Attachment]:
    """Give all pictures and files of a record."""
    return [*item.images, *item.attachments]


def is_unnamed(file: Attachment) -> bool:
    """Tell whether a page prints no name of a file, so that its record has the end of its address instead."""
    return file.name == file.url.rpartition("/")[2] or "mod=attachment" in file.name


def path_of(file: MediaFile) -> str:
    """Give the path of a file's content below the site's folder."""
    assert file.sha256 is not None
    assert file.extension is not None
    return MediaFolder.path(file.sha256, file.extension)


def told(file: MediaFile | None) -> Fetched:
    """Tell Scrapy of a file, or of one that the end of the run has kept back."""
    if file is None:
        return Fetched(url="", path="", checksum=None, status=STOPPED, file=None)
    path = path_of(file) if file.sha256 else ""
    return Fetched(url=file.url, path=path, checksum=file.sha256, status=file.reason, file=file)


def conditions(file: MediaFile) -> dict[str, str]:
    """Give the headers that ask for a file only if it is another one by now."""
    headers = {"If-None-Match": file.etag, "If-Modified-Since": file.last_modified}
    return {name: value for name, value in headers.items() if value}


def text_of(response: Response, name: str) -> str | None:
    """Give a header as it was sent, None where there is none."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
