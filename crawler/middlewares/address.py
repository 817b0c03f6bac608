"""The guard of addresses: what is connected to is public, or listed in ``DISCUZ_ALLOW_PRIVATE_ADDRESSES``.

It stands where names become addresses, which is the last place before a connection: every spelling of an address comes
by there (``2130706433``, ``0x7f.1``, ``::ffff:127.0.0.1``), and so does everything that is fetched: pages, redirects,
robots.txt, pictures. The address that was judged is the one that is connected to, so that a name which resolves to
another one a moment later (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.resolver import CachingHostnameResolver
from scrapy.utils.datatypes import LocalCache
from scrapy.utils.httpobj import urlparse_cached

from crawler.addresses import SETTING, Allowed, private

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver

REFUSED = "refused_address"
"""The reason of a unit whose page would have come from a private address."""
REMEMBERED = 10_000
"""Refused hosts that are remembered, for the words that are said of them."""


class RefusedAddress(IgnoreRequest):
    """A request that would have connected to a private address.

    Args:
        host: that the request named.
        port: to which it would have connected.
        why: what the host resolved to, such as ``loopback 127.0.0.1``.
    """

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(REFUSED)
        self.host = host
        self.port = port
        self.why = why

    @property
    def mend(self) -> str:
        """What is wrong with the address, and what its owner can do."""
        there = f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"
        return f"{there} is a private address ({self.why}): if it is yours, allow it with -s {SETTING}={there}"


class _Guarding:
    """Passes on the addresses of a host that may be connected to."""

    # `Any`: the interface's methods are declared without `self`, as zope's are.
    def __init__(self, receiver: Any, guard: GuardedResolver, host: str, port: int) -> None:
        self._receiver = receiver
        self._guard = guard
        self._host = host
        self._port = port

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802  (Twisted's name)
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802  (Twisted's name)
        if self._guard.admits(self._host, address.host, self._port):
            self._receiver.addressResolved(address)

    def resolutionComplete(self) -> None:  # noqa: N802  (Twisted's name)
        self._receiver.resolutionComplete()


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's caching resolver of IPv4 and IPv6 addresses, which keeps private ones to itself.

    Attributes:
        refused: why a host and port have no address, by both.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, allowed: Allowed) -> None:
        super().__init__(reactor, cache_size)
        self.refused: LocalCache[tuple[str, int], str] = LocalCache(REMEMBERED)
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Build it as Scrapy does.

        Raises:
            UsageError: ``DISCUZ_ALLOW_PRIVATE_ADDRESSES`` cannot be read.
        """
        settings = crawler.settings
        size = settings.getint("DNSCACHE_SIZE") if settings.getbool("DNSCACHE_ENABLED") else 0
        return cls(reactor, size, Allowed.parse(settings.getlist("DISCUZ_ALLOW_PRIVATE_ADDRESSES")))

    def admits(self, host: str, address: str, port: int) -> bool:
        """Tell whether an address of a host may be connected to; if not, remember why."""
        kind = private(address)
        if kind is None or (host, address, port) in self._allowed:
            return True
        self.refused[host.lower().rstrip("."), port] = f"{kind} {address}"
        return False

    def resolveHostName(  # noqa: N802  (Twisted's name)
        self,
        resolutionReceiver: IResolutionReceiver,  # noqa: N803  (Twisted's names)
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve a name, and judge what comes, also out of the cache."""
        receiver: Any = _Guarding(resolutionReceiver, self, hostName, portNumber)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


class AddressMiddleware:
    """Tells a request that the guard stopped from one whose host has no address."""

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say why a host was not resolved.

        Raises:
            RefusedAddress: it resolves to private addresses only.
        """
        if not isinstance(exception, CannotResolveHostError):
            return
        from twisted.internet import reactor  # noqa: PLC0415  (to import it installs one)

        resolver = getattr(reactor, "nameResolver", None)
        if not isinstance(resolver, GuardedResolver):
            return
        proxy = request.meta.get("proxy")
        parts = urlsplit(proxy) if proxy else urlparse_cached(request)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        # Twisted does not say to which port of a proxy a tunnel is to lead.
        refused = (resolver.refused.get((host.rstrip("."), one)) for one in ((port, 0) if proxy else (port,)))
        if why := next(filter(None, refused), None):
            raise RefusedAddress(host, port, why) from exception
