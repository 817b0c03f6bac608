"""Which network addresses a crawl may connect to: public ones, and those that its operator lists.

Pure: a crawler that follows addresses out of pages can be led into the network of the machine that it runs on, which no
site on the internet can reach by itself. What is public is said by the registries that `ipaddress` knows (RFC 6890).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from socket import inet_aton
from typing import TYPE_CHECKING, Final

from crawler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

SETTING: Final = "DISCUZ_ALLOW_PRIVATE_ADDRESSES"

_HOST: Final = re.compile(r"(?:\[(?P<six>[0-9a-f:.]+)\]|(?P<name>[a-z0-9_.-]+)):(?P<port>\d{1,5})", re.IGNORECASE)
_NAT64: Final = ip_network("64:ff9b::/96")
"""Addresses that a gateway translates to the IPv4 address in their last 32 bits (RFC 6052)."""

_PROTOCOLS: Final = ip_network("192.0.0.0/24")
"""Set aside for protocols; which of them are global, versions of `ipaddress` say differently."""

_SITE_LOCAL: Final = ip_network("fec0::/10")
"""Deprecated (RFC 3879), routed inside of old networks all the same."""

_PORTS: Final = 65_535

_LOCAL: Final = frozenset({"internal", "lan", "local", "localdomain", "localhost"})
"""Last labels that are nobody's on the internet: RFC 6761, RFC 6762, ICANN's for private use, and two of habit."""
_HOME: Final = ".home.arpa"
"""RFC 8375."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """Private addresses that may be connected to.

    Attributes:
        hosts: names or addresses, each with its port.
        networks: whole networks, whatever the port.
    """

    hosts: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> Allowed:
        """Read the setting ``DISCUZ_ALLOW_PRIVATE_ADDRESSES``.

        Args:
            entries: ``host:port``, ``[address]:port``, an address, or a network as in ``10.1.0.0/16``.

        Raises:
            UsageError: an entry is none of these.
        """
        hosts: set[tuple[str, int]] = set()
        networks: list[IPv4Network | IPv6Network] = []
        for entry in map(str.strip, entries):
            try:
                networks.append(ip_network(entry))
                continue
            except ValueError:
                found = _HOST.fullmatch(entry)
            if found is None or not 0 < int(found["port"]) <= _PORTS:
                raise UsageError(
                    f"{SETTING}={entry!r} is neither a host with its port nor a network: "
                    "give it as in 127.0.0.1:8080, [::1]:8080 or 10.1.0.0/16"
                )
            hosts.add((_spelled(found["six"] or found["name"]), int(found["port"])))
        return cls(frozenset(hosts), tuple(networks))

    def __contains__(self, there: tuple[str, str, int]) -> bool:
        """Tell whether a host name, the address that it resolved to, and a port are listed; port 0 stands for any."""
        name, address, port = there
        found = ip_address(address)
        if any(found.version == network.version and found in network for network in self.networks):
            return True
        return self.lists(name, port) or self.lists(address, port)

    def lists(self, host: str, port: int) -> bool:
        """Tell whether a host is listed by that name or address, with its port; port 0 stands for any."""
        return any(_spelled(host) == name and port in {0, own} for name, own in self.hosts)


def private(address: str) -> str | None:
    """Say what an address is that nobody on the internet has, None for a public one.

    Args:
        address: IPv4 or IPv6, in the spelling that a resolver gives.

    Returns:
        ``loopback``, ``link-local`` (which holds the metadata service of clouds), ``unspecified``, ``multicast``,
        ``private``, or ``reserved``. An IPv6 address that stands for an IPv4 one is judged as that.

    Raises:
        ValueError: no address.

    >>> private("::ffff:127.0.0.1"), private("169.254.169.254"), private("93.184.215.14")
    ('loopback', 'link-local', None)
    """
    found = _embedded(ip_address(address.partition("%")[0]))
    for kind, holds in (
        ("unspecified", found.is_unspecified),
        ("loopback", found.is_loopback),
        ("link-local", found.is_link_local),
        ("multicast", found.is_multicast),
        ("reserved", found.is_reserved),
        ("private", not found.is_global or found in _PROTOCOLS or found in _SITE_LOCAL),
    ):
        if holds:
            return kind
    return None


def spelled_out(host: str) -> str | None:
    """Give the address that a host spells out in any of the ways that resolvers take; None if it is a name.

    >>> spelled_out("2130706433"), spelled_out("0x7f.1"), spelled_out("[::1]"), spelled_out("example.com")
    ('127.0.0.1', '127.0.0.1', '::1', None)
    >>> spelled_out("localhost.")
    '127.0.0.1'
    """
    bare = host.strip("[]").partition("%")[0].rstrip(".")
    try:
        return str(ip_address("127.0.0.1" if bare.lower() == "localhost" else bare))
    except ValueError:
        try:
            return str(IPv4Address(inet_aton(bare)))
        except (OSError, UnicodeEncodeError):
            return None


def is_local(host: str) -> bool:
    """Tell whether a host has a name that means something on one machine or in one network only.

    >>> is_local("localhost"), is_local("intranet"), is_local("nas.local"), is_local("www.example.com")
    (True, True, True, False)
    """
    name = host.lower().rstrip(".")
    return "." not in name or name.rpartition(".")[2] in _LOCAL or name.endswith(_HOME)


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one leads to, where it does: mapped, compatible, 6to4, Teredo, NAT64."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour or address
    if address.teredo:
        return address.teredo[1]
    last = IPv4Address(int(address) & 0xFFFFFFFF)
    compatible = int(address) >> 32 == 0 and int(address) > 1
    return last if address in _NAT64 or compatible else address


def _spelled(host: str) -> str:
    """One spelling of a host: an address as `ipaddress` writes it, a name in lower case."""
    try:
        return str(ip_address(host))
    except ValueError:
        return host.lower().rstrip(".")
