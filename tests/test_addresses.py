"""What is public and what is not, and what an operator may list."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.addresses import Allowed, private
from crawler.errors import UsageError


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("::ffff:7f00:1", "loopback"),
        ("::127.0.0.1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("64:ff9b::127.0.0.1", "loopback"),
        ("2001:0:4136:e378:8000:63bf:80ff:fffe", "loopback"),
        ("0.0.0.0", "unspecified"),
        ("::", "unspecified"),
        ("0.1.2.3", "private"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("192.0.0.8", "private"),
        ("192.0.2.1", "private"),
        ("198.18.0.1", "private"),
        ("fc00::1", "private"),
        ("fd12:3456::1", "private"),
        ("fec0::1", "private"),
        ("2001:db8::1", "private"),
        ("64:ff9b::10.0.0.1", "private"),
        ("169.254.169.254", "link-local"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("::ffff:169.254.169.254", "link-local"),
        ("224.0.0.1", "multicast"),
        ("239.255.255.250", "multicast"),
        ("ff02::1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("93.184.215.14", None),
        ("172.32.0.1", None),
        ("2606:2800:220:1::1", None),
        ("::ffff:93.184.215.14", None),
        ("64:ff9b::93.184.215.14", None),
    ],
)
def test_what_nobody_on_the_internet_has(address: str, kind: str | None) -> None:
    assert private(address) == kind


@given(st.ip_addresses(v=4))
def test_an_address_of_either_version_is_judged_alike(address: ipaddress.IPv4Address) -> None:
    assert private(f"::ffff:{address}") == private(f"64:ff9b::{address}") == private(str(address))


@given(st.ip_addresses())
def test_nothing_that_is_not_global_is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    assert address.is_global or private(str(address)) is not None or getattr(address, "ipv4_mapped", None) is not None


LISTED = Allowed.parse(
    ["127.0.0.1:8080", "[::1]:8081", "10.1.0.0/16", "fd00::/8", "Intranet.Example:80", "192.168.7.7"]
)


@pytest.mark.parametrize(
    ("name", "address", "port", "listed"),
    [
        ("127.0.0.1", "127.0.0.1", 8080, True),
        ("localhost", "127.0.0.1", 8080, True),
        ("0x7f.1", "127.0.0.1", 8080, True),
        ("127.0.0.1", "127.0.0.1", 0, True),
        ("127.0.0.1", "127.0.0.1", 8081, False),
        ("127.0.0.2", "127.0.0.2", 8080, False),
        ("::1", "::1", 8081, True),
        ("::1", "0:0:0:0:0:0:0:1", 8081, True),
        ("::1", "::1", 8080, False),
        ("a.example", "10.1.200.3", 1, True),
        ("a.example", "10.2.0.1", 1, False),
        ("a.example", "fd12::1", 443, True),
        ("a.example", "192.168.7.7", 443, True),
        ("intranet.example", "10.9.9.9", 80, True),
        ("INTRANET.example.", "10.9.9.9", 80, True),
        ("intranet.example", "10.9.9.9", 443, False),
        ("other.example", "10.9.9.9", 80, False),
    ],
)
def test_what_is_listed(name: str, address: str, port: int, *, listed: bool) -> None:
    assert ((name, address, port) in LISTED) is listed


@pytest.mark.parametrize(
    "entry", ["", "127.0.0.1:0", "127.0.0.1:70000", "10.1.0.1/16", "a b:80", "localhost", "http://a/"]
)
def test_an_entry_that_cannot_be_read_is_named(entry: str) -> None:
    with pytest.raises(UsageError, match=r"DISCUZ_ALLOW_PRIVATE_ADDRESSES=.* give it as in 127\.0\.0\.1:8080"):
        Allowed.parse([entry])
