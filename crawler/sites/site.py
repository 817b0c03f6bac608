"""A site as the crawl needs to know it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from crawler.errors import UsageError
from crawler.escaping import printable

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.discuz.styles import Style
    from crawler.sites.theme import SiteTheme
    from crawler.sites.window import Window

DEFAULT_PORTS = {"http": 80, "https": 443}
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Site:
    """One site: where it is, and how it wants to be read.

    Attributes:
        name: the name under which its records and its folder are kept, e.g. ``www.example.com``.
        url: the site root with a slash at its end; Discuz!'s ``<base href>``.
        aliases: roots that it had before, or has besides: what their addresses name is of this site.
        time_zone: IANA name of the zone in which the site prints dates, or None: the pages' footer tells.
        delay: seconds between two requests.
        concurrency: requests under way at once.
        window: the hours, in its time zone, in which it may be read; None for all of them.
        categories: catids to which every job keeps, or none for all of them.
        style: the rewrite rules by which its addresses are spelled, or None: its own links tell.
        tls: ``unverified`` reads it although nobody vouches for its certificate, or for one that has expired.
        cookies: file of the cookies by which it knows its owner (`crawler.sites.cookies`), None for a guest's.
        permission: who allowed it to be collected although its anti-collection (防采集) is on, and when, in words;
            None if nobody has.
        media_hosts: further hosts from which its pictures and files are fetched, each with those below it; ``*`` is
            any.
        media_referrer: what is sent as the page that a picture or file was found on, since the site asks for it:
            ``page`` is that, ``site`` the root, ``none`` nothing.
        every: how often `scrapy crawl-all --due` starts it.
        enabled: whether `scrapy crawl-all` starts it without being given its name.
        theme: how its template departs from the default, or None for not at all.
        own_process: the site is a child process of this one, so that there is nobody to be polite to.
        profile: the file that says all this, None for a bare address.
    """

    name: str
    url: str
    aliases: tuple[str, ...] = ()
    time_zone: str | None = None
    delay: float = 1.0
    concurrency: int = 2
    window: Window | None = None
    categories: tuple[int, ...] = ()
    style: Style | None = None
    tls: str = "verified"
    cookies: Path | None = None
    permission: str | None = None
    media_hosts: tuple[str, ...] = ()
    media_referrer: str = "none"
    every: timedelta = timedelta(hours=1)
    enabled: bool = True
    theme: SiteTheme | None = None
    own_process: bool = False
    profile: Path | None = None

    @property
    def zone(self) -> ZoneInfo | None:
        """The zone that the profile states, if it does."""
        return ZoneInfo(self.time_zone) if self.time_zone else None

    @property
    def host(self) -> str:
        """Host name and, if it is not the scheme's own, port."""
        return urlsplit(self.url).netloc


def site_root(url: str, *, argument: str = "site") -> str:
    """Give the root of the site that `url` belongs to.

    A path is kept up to its last slash, since Discuz! may live in a folder; a file name and everything behind it go.

    Args:
        url: an absolute http(s) address of the site.
        argument: what to call the value in the error.

    Raises:
        UsageError: `url` is no http(s) address, or holds a name or password.
    """
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:  # such as "http://[" and a port of 99999
        parts, port = urlsplit(""), None
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise UsageError(
            f"{argument}={printable(url)!r} is not an address that can be crawled: "
            "give the portal's home, as in https://www.example.com/"
        )
    if parts.username is not None:
        raise UsageError(
            f"{argument}={printable(url)!r} holds a name or password, which no Discuz! site takes in its address: "
            "leave them out; members are known by their cookies (cookies = in the site's profile)"
        )
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    netloc = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    folder = parts.path[: parts.path.rfind("/") + 1] or "/"
    return urlunsplit((parts.scheme, netloc, folder, "", ""))


def site_name(root: str) -> str:
    """Name a site that has no profile: its host, then ``_port`` where the port is not the scheme's own."""
    parts = urlsplit(root)
    name = (parts.hostname or "").replace(":", "-")
    return f"{name}_{parts.port}" if parts.port else name


def site_from_url(url: str) -> Site:
    """Make a site of nothing but its address, with the pace of a stranger's site.

    Raises:
        UsageError: `url` is no http(s) address.
    """
    root = site_root(url)
    return Site(name=site_name(root), url=root)
