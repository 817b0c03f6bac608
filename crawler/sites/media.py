"""Whose pictures and files are fetched: the site's own, and those of hosts that are listed."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tldextract import TLDExtract

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.sites.site import Site

ANY: Final = "*"
"""Listed as a host, it stands for every host."""

# The copy of the public suffixes that comes with the library; nobody is asked for another, and nothing is written.
_domains: Final = TLDExtract(cache_dir=None, suffix_list_urls=(), include_psl_private_domains=True)


@lru_cache(maxsize=1024)
def domain_of(host: str) -> str:
    """Give the domain that somebody has registered and a host belongs to; an address is its own.

    >>> domain_of("img.www.example.com.cn"), domain_of("a.github.io"), domain_of("127.0.0.1")
    ('example.com.cn', 'a.github.io', '127.0.0.1')
    """
    return _domains.extract_str(host).top_domain_under_public_suffix or host


def fetches_from(site: Site, url: str, listed: Iterable[str] = ()) -> bool:
    """Tell whether media at an address are fetched.

    Those on the domains of the site and its aliases are, those on the hosts that its profile lists (``media_hosts``),
    and those on further hosts; a host that is listed stands for those below it, too.

    Args:
        site: on whose pages the media are.
        url: absolute.
        listed: further hosts; ``*`` is every host.

    Raises:
        ValueError: it is no address.
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    hosts = {*site.media_hosts, *listed}
    if ANY in hosts or any(host == one or host.endswith(f".{one}") for one in hosts):
        return True
    return any(domain_of(host) == domain_of(urlsplit(root).hostname or "") for root in (site.url, *site.aliases))
