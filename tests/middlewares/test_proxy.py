"""What may be set as a proxy, and what may be asked for through one."""

from __future__ import annotations

import pytest
from scrapy.settings import BaseSettings

from crawler.addresses import Allowed
from crawler.errors import UsageError
from crawler.middlewares.proxy import LOCAL, proxy_of, refusal


def settings(value: object, *allowed: str) -> BaseSettings:
    return BaseSettings({"DISCUZ_PROXY": value, "DISCUZ_ALLOW_PRIVATE_ADDRESSES": list(allowed)})


@pytest.mark.parametrize("value", [None, "", " "])
def test_no_proxy_is_set(value: str | None) -> None:
    assert proxy_of(settings(value)) is None


@pytest.mark.parametrize(
    "value", ["http://93.184.215.14:3128", "http://me:p%40ss@proxy.example.com:8080/", " http://proxy.example.com"]
)
def test_a_proxy(value: str) -> None:
    assert proxy_of(settings(value)) == value.strip()


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("proxy.example.com:3128", "'proxy.example.com:3128' is no address of an HTTP proxy"),
        ("https://me:secret@proxy.example.com", "'https://***@proxy.example.com' is no address of an HTTP proxy"),
        ("socks5://me:secret@10.0.0.1:1080", "'socks5://***@10.0.0.1:1080' is no"),
        ("me:secret@proxy.example.com:3128", "'***@proxy.example.com:3128' is no"),
        ("http://me:sec/ret@proxy.example.com", "'http://***@proxy.example.com'"),
        ("http://me:secret@proxy.example.com:99999", "'http://***@proxy.example.com:99999': it cannot be read"),
        ("http://proxy.example.com:99999", "'http://proxy.example.com:99999': Port out of range 0-65535"),
        ("http://proxy.example.com:3128/path", "is no address"),
        ("http://", "'http://' is no address"),
        ("http://me:secret@[::1", "'http://***@[::1': it cannot be read"),
        (3128, "'3128' is no address"),
    ],
)
def test_what_is_no_proxy_is_refused_without_its_password(value: object, shown: str) -> None:
    with pytest.raises(UsageError) as caught:
        proxy_of(settings(value))
    words = str(caught.value)
    assert words.startswith("DISCUZ_PROXY=")
    assert shown in words
    assert "give it as in http://user:password@host:3128" in words
    assert "secret" not in words
    assert "ret@" not in words


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "[::1]", "10.1.2.3", "localhost", "squid", "proxy.lan"])
def test_a_proxy_at_a_private_address_must_be_listed(host: str) -> None:
    with pytest.raises(UsageError, match=r"DISCUZ_PROXY='http://\*\*\*@.* is a private address .* allow it with -s"):
        proxy_of(settings(f"http://me:secret@{host}:3128"))
    assert proxy_of(settings(f"http://{host}:3128", f"{host}:3128"))


@pytest.mark.parametrize(
    ("host", "why"),
    [
        ("www.example.com", None),
        ("93.184.215.14", None),
        ("127.0.0.1", "loopback 127.0.0.1"),
        ("0x7f.1", "loopback 127.0.0.1"),
        ("0177.0.0.1.", "loopback 127.0.0.1"),
        ("169.254.169.254", "link-local 169.254.169.254"),
        ("::ffff:10.0.0.1", "private ::ffff:a00:1"),
        ("fe80::1%eth0", "link-local fe80::1"),
        ("LOCALHOST.", "loopback 127.0.0.1"),
        ("a.localhost", LOCAL),
        ("metadata.google.internal", LOCAL),
        ("printer.local", LOCAL),
        ("router.home.arpa", LOCAL),
        ("intranet", LOCAL),
        ("", LOCAL),
        ("localhost.example.com", None),
    ],
)
def test_a_host_that_is_asked_for_through_a_proxy(host: str, why: str | None) -> None:
    assert refusal(host, 80, Allowed()) == why


def test_what_is_listed_may_be_asked_for() -> None:
    allowed = Allowed.parse(["10.0.0.0/8", "intranet:80", "127.0.0.1:8080"])
    assert [refusal(*there, allowed) for there in (("10.1.1.1", 80), ("intranet", 80), ("127.1", 8080))] == [None] * 3
    assert [refusal(*there, allowed) for there in (("intranet", 443), ("127.0.0.1", 80))] == [
        LOCAL,
        "loopback 127.0.0.1",
    ]
