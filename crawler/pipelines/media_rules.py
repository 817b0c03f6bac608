"""Which pictures and files are fetched, and how they are asked for."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http.request import NO_CALLBACK
from w3lib.url import safe_url_string

from crawler.pipelines.media_kinds import extension_in, is_wanted
from crawler.sites.media import fetches_from

if TYPE_CHECKING:
    from asyncio import Semaphore
    from typing import Self

    from scrapy.settings import BaseSettings

    from crawler.sites import Site

TIMEOUT: Final = 180.0
"""Seconds for one file: twenty megabytes from a small server."""
TRIES_MORE: Final = 1


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that an article wants.

    Attributes:
        url: at which it is asked for.
        key: what names it for ever.
        aid: of the article.
        page: address of the article.
        place: how many files of the article come before it.
        is_picture: whether it is shown, not offered.
        name: as the page prints it, None if it does not.
        encoding: of the page.
        turn: lets out so many files of the article at once.
    """

    url: str
    key: str
    aid: int
    page: str
    place: int
    is_picture: bool
    name: str | None
    encoding: str | None
    turn: Semaphore = field(compare=False)


@dataclass(frozen=True, slots=True)
class MediaRules:
    """What the settings say.

    Attributes:
        largest: bytes of a file, at the most.
        most: files of an article, at the most.
        kinds: extensions and types; none for any.
        hosts: further ones, beside the site's own and those of its profile.
        expires: age at which a file is asked for again, if an article wants it; None for never.
    """

    largest: int
    most: int
    kinds: tuple[str, ...]
    hosts: tuple[str, ...]
    expires: timedelta | None

    @classmethod
    def of(cls, settings: BaseSettings) -> Self:
        """Read the settings; that their numbers are some, the command has seen to."""
        days = settings.getint("DISCUZ_MEDIA_EXPIRES")
        return cls(
            largest=settings.getint("DISCUZ_MEDIA_MAXSIZE"),
            most=settings.getint("DISCUZ_MEDIA_COUNT"),
            kinds=tuple(settings.getlist("DISCUZ_MEDIA_TYPES")),
            hosts=tuple(host.lower() for host in settings.getlist("DISCUZ_MEDIA_HOSTS")),
            expires=timedelta(days=days) if days else None,
        )

    def why_not(self, file: Wanted, site: Site) -> str | None:
        """Say in a word why a file is not asked for, None if it is."""
        if file.place >= self.most:
            return "too_many"
        if why := self.why_not_at(file.url, site):
            return why
        extension = extension_in(file.name or "") or extension_in(file.url)
        return "type" if extension and not is_wanted(extension, "", self.kinds) else None

    def why_not_at(self, url: str, site: Site) -> str | None:
        """Say in a word why nothing is asked for at an address, None if it may be."""
        if urlsplit(url).scheme not in {"http", "https"}:
            return "scheme"
        return None if fetches_from(site, url, self.hosts) else "offsite"

    def request(self, file: Wanted, site: Site, url: str | None = None) -> Request:
        """Make the request for a file.

        Args:
            file: which.
            site: whose; its profile says whether it wants to be told of the page.
            url: where its own address leads.

        Raises:
            ValueError: it is no address.
        """
        headers = {"Accept": "*/*"}
        referrer = {"site": site.url, "page": file.page}.get(site.media_referrer)
        if referrer is not None:
            headers["Referer"] = safe_url_string(referrer)
        meta: dict[str, Any] = {
            "download_maxsize": self.largest,
            "download_timeout": TIMEOUT,
            "max_retry_times": TRIES_MORE,
            "give_up_log_level": logging.DEBUG,
            "handle_httpstatus_all": True,  # where it leads is judged before it is followed
        }
        return Request(
            url or file.url,
            headers=headers,
            meta=meta,
            callback=NO_CALLBACK,
            cb_kwargs={"media": file},
            dont_filter=True,
        )
