"""The archive of what was served: every response goes into it as it came over the wire (``DISCUZ_WARC_ENABLED``).

That is before any middleware sees it: pages, walls, errors, redirects, robots.txt, pictures; also those that are asked
for again, and what a page in the browser asks for. A response that breaks off, or is larger than any may be, is none.
"""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING, Any, Final, Protocol

import orjson
from scrapy import signals
from scrapy.exceptions import NotConfigured

from crawler import __version__, clock
from crawler.errors import StorageError
from crawler.middlewares.heads import came_at, head_of
from crawler.store import Archiving

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

    from crawler.errors import ExitCode
    from crawler.sites import Site
    from crawler.store import Run, Store

ENABLED: Final = "DISCUZ_WARC_ENABLED"
FOR_BROWSER: Final = "for_browser"
"""As in `crawler.middlewares.browser`."""
SWITCHES: Final = (
    "ROBOTSTXT_OBEY",
    "DISCUZ_COMMENTS_ENABLED",
    "DISCUZ_MEDIA_ENABLED",
    "DISCUZ_BROWSER_ENABLED",
    "DISCUZ_OBEY_NOINDEX",
)
NUMBERS: Final = ("DOWNLOAD_DELAY", "CONCURRENT_REQUESTS_PER_DOMAIN", "DOWNLOAD_MAXSIZE")
"""Settings that say how a site was read. None holds a secret, or a path of the machine."""


class Archived(Protocol):
    """The side of a spider that this middleware sees."""

    site: Site
    run: Run
    store: Store

    def stop(self, code: ExitCode, words: str) -> None:
        """End the crawl."""

    def crash(self, error: Exception) -> None:
        """End the crawl for a bug of ours."""


class ArchiveMiddleware:
    """Archives what comes.

    Args:
        crawler: the crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._spider: Archived | None = None
        crawler.signals.connect(self._open, signal=signals.spider_opened)
        crawler.signals.connect(self._keep, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does.

        Raises:
            NotConfigured: it is off.
        """
        if not crawler.settings.getbool(ENABLED):
            raise NotConfigured
        return cls(crawler)

    def _open(self, spider: Any) -> None:
        """Archive the crawls that have a run: neither a trial nor a probe is one."""
        from crawler.archive import warcinfo  # noqa: PLC0415  (the library is a tenth of the time that a start takes)

        run: Run | None = getattr(spider, "run", None)
        if run is not None and run.seq and spider.store.run is not None:
            self._spider = spider
            about = told(self._crawler.settings, spider)
            full = self._crawler.settings.getint("DISCUZ_WARC_SIZE")
            spider.store.archive(Archiving(lambda name: warcinfo(name, clock.utc_now(), about), full))

    def _keep(self, response: Response, request: Request) -> None:
        """Archive a response; where that fails, the crawl ends, and no unit whose response it was is done."""
        spider, head = self._spider, head_of(response)
        if spider is None or spider.store.run is None or not head:
            return
        try:
            self._write(spider.store, response, request, head)
        except StorageError as error:
            spider.stop(error.exit_code, str(error))
        except Exception as error:
            spider.crash(error)

    def _write(self, store: Store, response: Response, request: Request, head: Any) -> None:
        from crawler.archive import Exchange, record_of  # noqa: PLC0415  (as above)

        proxied = bool(request.meta.get("proxy"))
        record = record_of(
            Exchange(
                url=request.url,
                moment=came_at(request),
                head=head,
                body=response.body,
                method=request.method,
                asked=[(name, b", ".join(values)) for name, values in request.headers.items()],
                ip=None if proxied or response.ip_address is None else str(response.ip_address),
                via="browser" if FOR_BROWSER in request.cb_kwargs else None,
            ),
            store.payload,
        )
        store.keep_served(record.data, record.payload, revisit=record.revisit)
        stats = self._crawler.stats
        stats.inc_value("discuz/archive/record_count")
        stats.inc_value("discuz/archive/revisit_count", int(record.revisit))
        stats.inc_value("discuz/archive/bytes", len(record.data))


def told(settings: BaseSettings, spider: Archived) -> dict[str, str]:
    """Say what is true of all records of a run."""
    site = spider.site
    return {
        "software": f"discuz-crawler/{__version__} (Python {platform.python_version()})",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "operator": str(settings["DISCUZ_CONTACT"] or ""),
        "robots": "obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        "http-header-user-agent": str(settings["USER_AGENT"]),
        "isPartOf": spider.run.run_id,
        "description": spider.run.job,
        "site": site.name,
        "site-url": site.url,
        "permission": site.permission or "",
        "cookies": "values of Set-Cookie are withheld, and what was sent as Cookie is left out",
        "settings": orjson.dumps(
            {name: settings.getbool(name) for name in SWITCHES} | {name: settings.getfloat(name) for name in NUMBERS}
        ).decode(),
    }
