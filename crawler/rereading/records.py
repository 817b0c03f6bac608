"""The records that a crawl would make today of what it was served then."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import orjson

from crawler.archive import Collection
from crawler.errors import CrawlerError, ExitCode, UsageError, bug_words
from crawler.rereading.responses import damaged
from crawler.rereading.revisions import Revisions
from crawler.rereading.spider import Rereader
from crawler.sites import Site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scrapy.crawler import Crawler, CrawlerProcessBase
    from scrapy.settings import BaseSettings

    from crawler.commands.extract import Sites

CMDLINE = 40
"""Scrapy's priority of what is given on the command line."""
KEPT = {"DISCUZ_COMMENTS_ENABLED", "DISCUZ_MEDIA_ENABLED"}
"""Settings with which the archive was written, and which hold unless they are given."""
HANDLER = "crawler.middlewares.replaying.ReplayingHandler"
OFFLINE: dict[str, Any] = {
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), HANDLER),
    # The paced one would wait as long as a site once asked to be left alone.
    "DOWNLOADER": "scrapy.core.downloader.Downloader",
    "DOWNLOAD_DELAY": 0.0,
    "AUTOTHROTTLE_ENABLED": False,
    "RETRY_ENABLED": False,
    "HTTPCACHE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,  # what it forbids was not asked for
    "EXTENSIONS": {},
    "FEEDS": {},
    "DISCUZ_STORE_URL": None,
    "DISCUZ_PROXY": None,
    "DISCUZ_ALLOW_PRIVATE_ADDRESSES": ["0.0.0.0/0", "::/0"],  # nobody connects to any
    "DISCUZ_BROWSER_ENABLED": False,
    "DISCUZ_GATE_ENABLED": False,
    "DISCUZ_WARC_ENABLED": False,
    "DISCUZ_LATEST_EVERY": 0,
}


def records_of(files: Sequence[str], process: CrawlerProcessBase, sites: Sites) -> Iterator[bytes | CrawlerError]:
    """Give the record of each article that some archives have, as a line of JSON, and what cannot be read.

    Args:
        files: paths of the archives of one site; those of several runs tell more.
        process: Scrapy's, not yet started; it cannot be started again afterwards.
        sites: knows the profile of the site.

    Raises:
        UsageError: there is nothing to read, or nobody says of which site it is.
    """
    try:
        collection = Collection(list(dict.fromkeys(map(Path, files))))
    except UsageError as error:
        raise UsageError(f"extract: --from-warc {error}") from error
    site = site_in(collection, sites)
    for path, damage in collection.damages:
        yield damaged(str(path), damage)
    with TemporaryDirectory() as folder:
        crawler = process.create_crawler(Rereader)
        known = Path(crawler.settings["DISCUZ_DATA_DIR"]) / site.name, crawler.settings["DISCUZ_STORE_URL"]
        set_offline(crawler.settings, collection, site, folder)
        started = asyncio.ensure_future(process.crawl(crawler, site=site.url, collection=collection))
        process.start()
        yield from _ended(crawler, started)
        lines = sorted((Path(folder) / site.name).glob("articles/*.jsonl"))
        revisions = Revisions(*known)
        for path in lines:
            with path.open("rb") as file:
                yield from revisions.put(file)


def site_in(collection: Collection, sites: Sites) -> Site:
    """Find out which site archives are of.

    Raises:
        UsageError: there is nothing to read, or nobody says of which site it is, or they are of several.
    """
    if not collection.entries:
        raise UsageError("extract: --from-warc: none of the files has a response that can be read; give others")
    told = {(info.get("site", ""), info.get("site-url", "")) for info in collection.infos.values()} - {("", "")}
    names = sorted({name for name, _ in told})
    if len(names) > 1:
        raise UsageError(f"extract: --from-warc: these are files of several sites ({', '.join(names)}): give one's")
    if not told and sites.given is None:
        raise UsageError("extract: --from-warc: no file says of which site it is: name it with --site")
    name, url = max(told, default=("", ""))
    known = sites.given or sites.of(url)
    site = known if known is not None and known.name != "demo" else Site(name=name, url=url)
    if not site.url:
        raise UsageError("extract: --from-warc: no file says where the site is: name it with --site URL")
    # Nobody is asked for anything: neither pace nor hours nor cookies matter.
    return replace(site, own_process=True, cookies=None, window=None)


def set_offline(settings: BaseSettings, collection: Collection, site: Site, folder: str) -> None:
    """Set what a crawl needs that knows no network, and leaves nothing behind but what is in a folder."""
    for name, value in _written_with(collection).items():
        if name in KEPT and (settings.getpriority(name) or 0) < CMDLINE:
            settings.set(name, value, priority="cmdline")
    for name, value in (OFFLINE | {"DISCUZ_DATA_DIR": folder, "DISCUZ_SITE": site}).items():
        settings.set(name, value, priority=CMDLINE + 1)


def _written_with(collection: Collection) -> dict[str, Any]:
    """Give the settings of the last of the runs, as far as its archive tells them."""
    told = [info["settings"] for info in collection.infos.values() if "settings" in info]
    try:
        found = orjson.loads(told[-1]) if told else {}
    except orjson.JSONDecodeError:  # another program's
        return {}
    return found if isinstance(found, dict) else {}


def _ended(crawler: Crawler, started: asyncio.Future[None]) -> Iterator[CrawlerError]:
    """Say what went wrong, article by article, or with all of them."""
    error = started.exception() if started.done() and not started.cancelled() else None
    spider = crawler.spider
    if isinstance(error, CrawlerError):
        yield error
    elif error is not None or not isinstance(spider, Rereader):
        yield CrawlerError(f"extract: --from-warc: {bug_words(error)}")
    else:
        if spider.exit_code in {ExitCode.BUG, ExitCode.STORAGE, ExitCode.INTERRUPTED}:
            told = CrawlerError(f"extract: --from-warc: {spider.exit_words}")
            yield told
        for name, reason in spider.unread.items():
            spider.logger.warning("%s of the archive gives no record (%s)", name, reason)
