"""The proxy that ``DISCUZ_PROXY`` names, for every request of a crawl, a probe or an extract; and never another one.

What the environment says of proxies is ignored: nobody would know by which way a site is read.

A proxy finds out by itself which address a host has, so that the guard of addresses cannot judge it. It judges what can
be told without asking: the proxy's own address; hosts that spell a private address out; names that mean something only
on one machine or in one network (`crawler.addresses.is_local`). A public name that resolves to a private address in the
proxy's network is for the proxy to refuse.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.exceptions import NotConfigured
from scrapy.utils.httpobj import urlparse_cached

from crawler.addresses import SETTING, Allowed, is_local, private, spelled_out
from crawler.errors import UsageError
from crawler.middlewares.address import RefusedAddress

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

PROXY: Final = "DISCUZ_PROXY"
LOCAL: Final = "a name of one machine or network only"
"""Why a host is refused that nobody on the internet knows by its name."""


def proxy_of(settings: BaseSettings) -> str | None:
    """Give the address of the proxy that is set, with name and password if it has them; None if none is.

    Raises:
        UsageError: it cannot be used, or lies at a private address that is not listed. The message holds no password.
    """
    value = str(settings[PROXY] or "").strip()
    if not value:
        return None
    named = f"{PROXY}={masked(value)!r}"
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError as error:  # such as a port of 99999
        raise UsageError(f"{named}: {_without(value, error)}: give it as in http://user:password@host:3128") from None
    if parts.scheme != "http" or not host or parts.path not in {"", "/"} or parts.query or parts.fragment:
        # Sites with https are asked for through it as well (CONNECT); how the proxy itself is reached is meant here.
        raise UsageError(f"{named} is no address of an HTTP proxy: give it as in http://user:password@host:3128")
    allowed = Allowed.parse(settings.getlist(SETTING))
    if why := refusal(host, port or 80, allowed):
        raise UsageError(f"{named}: {RefusedAddress(host, port or 80, why).mend}")
    return value


def masked(value: str) -> str:
    """Give a proxy's address without name and password, however badly it is written.

    >>> masked("http://me:p@ss/word@10.0.0.1:3128"), masked("me:secret@proxy")
    ('http://***@10.0.0.1:3128', '***@proxy')
    """
    before, sign, host = value.rpartition("@")
    scheme, colon, _ = before.partition("://")
    return f"{scheme}{colon}***@{host}" if sign and colon else f"***@{host}" if sign else value


def _without(value: str, error: ValueError) -> str:
    """The words of an error, unless they may quote a password."""
    return "it cannot be read" if "@" in value else str(error)


def refusal(host: str, port: int, allowed: Allowed) -> str | None:
    """Say why a host must not be asked for through a proxy, or be one, as far as its name alone tells; None if it may.

    Args:
        host: a name or an address, in any spelling.
        port: to which a connection would be made.
        allowed: the private addresses that may be connected to.
    """
    address = spelled_out(host)
    if address is None:
        return LOCAL if is_local(host) and not allowed.lists(host, port) else None
    kind = private(address)
    return f"{kind} {address}" if kind and (host, address, port) not in allowed else None


class ProxyMiddleware(HttpProxyMiddleware):
    """Sends every request through one proxy.

    Args:
        url: its address, with name and password if it has them.
        allowed: the private addresses that may be connected to.
        auth_encoding: of name and password.
    """

    def __init__(self, url: str, allowed: Allowed, auth_encoding: str | None) -> None:
        # Not the stock one's, which would ask the environment.
        self.auth_encoding = auth_encoding
        self.proxies = {}
        self._credentials, self._url = self._get_proxy(url, "http")
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does.

        Raises:
            NotConfigured: no proxy is set, or the site is a child process of ours.
            UsageError: it cannot be used.
        """
        settings = crawler.settings
        url = proxy_of(settings)
        if url is None or getattr(getattr(crawler.spider, "site", None), "own_process", False):
            raise NotConfigured
        return cls(url, Allowed.parse(settings.getlist(SETTING)), settings["HTTPPROXY_AUTH_ENCODING"])

    def process_request(self, request: Request) -> None:  # type: ignore[override]  # without the deprecated spider
        """Set the proxy.

        Raises:
            RefusedAddress: the host is, by its name alone, nobody's on the internet.
        """
        parts = urlparse_cached(request)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        if why := refusal(host, port, self._allowed):
            raise RefusedAddress(host, port, why)
        self._set_proxy_and_creds(request, self._url, self._credentials, None)
