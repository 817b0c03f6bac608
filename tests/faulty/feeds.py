"""Bad feeds: what stands where a portal should name its newest articles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.faulty import encodings
from tests.faulty.pages import LAUGHS, html
from tests.servers import answer

if TYPE_CHECKING:
    from tests.faulty.wire import Fault

XML = "text/xml; charset=utf-8"
DECLARATION = b'<?xml version="1.0" encoding="utf-8"?>\n'


def feed(feed: bytes) -> bytes:
    """The bytes of a feed."""
    return answer(200, feed, kind=XML)


def _declared(dtd: bytes, use: bytes) -> Fault:
    """A feed that declares entities, and uses them in texts and an attribute."""

    def make(page: bytes) -> bytes:
        rest = page.partition(b"?>")[2]
        rest = rest.replace(b"<title>", b"<title>" + use).replace(b"<item>", b'<item><enclosure url="' + use + b'"/>')
        return feed(DECLARATION + dtd + rest)

    return make


def _with(old: bytes, new: bytes) -> Fault:
    return lambda page: feed(page.replace(old, new))


FEEDS: dict[str, Fault] = {
    "a billion laughs": _declared(b"<!DOCTYPE rss [" + LAUGHS + b"]>", b"&l9;"),
    "entity of a file": _declared(b'<!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd">]>', b"&f;"),
    "entity of an address": _declared(b'<!DOCTYPE rss [<!ENTITY f SYSTEM "{root}entity">]>', b"&f;"),
    "DTD at an address": _declared(b'<!DOCTYPE rss SYSTEM "{root}entity">', b"&f;"),
    "HTML": lambda page: html(b"<!DOCTYPE html><html><body><p>no feed</p></body></html>"),
    "JSON": lambda page: answer(200, b'{"version": "https://jsonfeed.org/version/1"}', kind="application/json"),
    "half of it": lambda page: feed(page[: len(page) // 2]),
    "bomb": encodings.BOMBS["bomb of br"],
    "200,000 items": lambda page: feed(
        page.replace(b"</channel>", b"<item><link>x</link></item>" * 200_000 + b"</channel>")
    ),
    "100,000 elements within each other": lambda page: feed(page.replace(b"<item>", b"<a>" * 100_000 + b"<item>", 1)),
    "absurd dates": lambda page: feed(page.replace(b"<pubDate>", b"<pubDate>Mon, 99 Foo 99999 25:61:61 +9999 ")),
    "control characters": _with(b"<title>", b"<title>&#0;&#27;[2J\x1b[2J\0&#xD800;"),
    "numbers of 30 digits": _with(b"aid=", b"aid=999999999999999999999999999999"),
}
