"""The pace and the name with which a site is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.errors import UsageError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.sites import Site

AT_ONCE = 16
"""Requests at once to a portal that is a child process of ours."""


def be_polite(settings: BaseSettings, site: Site) -> None:
    """Set pace and User-Agent for a site; what is given on the command line still counts more.

    Args:
        settings: the crawler's, not frozen yet.
        site: the site that will be read.

    Raises:
        UsageError: the site is somebody's, and there is nobody for them to turn to.
    """
    if site.own_process:
        values: dict[str, Any] = {
            "DOWNLOAD_DELAY": 0.0,
            "CONCURRENT_REQUESTS_PER_DOMAIN": AT_ONCE,
            "AUTOTHROTTLE_ENABLED": False,
        }
    else:
        contact = settings["DISCUZ_CONTACT"]
        if not contact:
            raise UsageError(
                "DISCUZ_CONTACT is not set: say who reads the site, with an address or a mailbox at which its owner "
                "reaches you, as in -s DISCUZ_CONTACT=you@example.com"
            )
        values = {
            "DOWNLOAD_DELAY": site.delay,
            "CONCURRENT_REQUESTS_PER_DOMAIN": site.concurrency,
            "USER_AGENT": f"{settings['USER_AGENT']} (+{contact})",
        }
    for name, value in values.items():
        settings.set(name, value, priority="spider")
