"""Bad pages: charsets that lie, characters that are none, markup without measure, values that cannot be, other files.

Each is made of a page of the fixture portal.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.servers import answer

if TYPE_CHECKING:
    from tests.faulty.wire import Fault

UTF_8 = "text/html; charset=utf-8"
TITLE = b'<h1 class="ph">'
BODY = b'<td id="article_content">'
TEXT = re.compile(re.escape(BODY) + rb"(.*?)</td>", re.DOTALL)
DATE = re.compile(rb'(<p class="xg1">\s*)\d{4}-\d{1,2}-\d{1,2} \d\d:\d\d')
VIEWS = re.compile(rb'(<em id="_viewnum">)\d+')
COMMENTS = re.compile(rb"(\xe8\xaf\x84\xe8\xae\xba: )(?:<a [^>]*>)?(?:<em[^>]*>)?\d+")
PATH = re.compile(rb'(<a href="portal.php">[^<]*</a>)')
STEPS = b"".join(b'<a href="portal.php?mod=list&catid=%d">x</a>' % n for n in range(1000, 2000))
DOCTYPE = re.compile(rb"<!DOCTYPE[^>]*>")
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10 if n else b"ha") for n in range(10))


def html(page: bytes, *headers: str, kind: str = UTF_8) -> bytes:
    """A page with a type of its own."""
    return answer(200, page, *headers, kind=kind)


def _typed(kind: str) -> Fault:
    return lambda page: html(page, kind=kind)


def _before(anchor: bytes, more: bytes) -> Fault:
    """Put something behind an anchor: at the beginning of the title, say."""
    return lambda page: html(page.replace(anchor, anchor + more, 1))


def _round(more: bytes, end: bytes) -> Fault:
    """Put something around the text."""
    return lambda page: html(TEXT.sub(lambda found: BODY + more + found[1] + end + b"</td>", page, count=1))


def _instead(pattern: re.Pattern[bytes], words: str) -> Fault:
    return lambda page: html(pattern.sub(lambda found: found[1] + words.encode(), page, count=1))


def _recoded(charset: str, kind: str = UTF_8) -> Fault:
    return lambda page: html(page.decode().encode(charset, "xmlcharrefreplace"), kind=kind)


def _declared(dtd: bytes, use: bytes) -> Fault:
    """A page that declares entities, and uses them in title, text and an attribute."""

    def make(page: bytes) -> bytes:
        page = DOCTYPE.sub(lambda _: dtd, page, count=1)
        page = page.replace(TITLE, TITLE + use).replace(BODY, BODY + b'<p title="' + use + b'">' + use + b"</p>")
        return html(page)

    return make


CHARSETS_TOLD_WRONG: dict[str, Fault] = {
    "declared gbk, is utf-8": _typed("text/html; charset=gbk"),
    "declared utf-8, is gbk": _recoded("gbk"),
    "declared big5, is gbk": _recoded("gbk", "text/html; charset=big5"),
    "UTF-16 with its mark": _recoded("utf-16"),
    "UTF-16 big end first": lambda page: html("\ufeff".encode("utf-16-be") + page.decode().encode("utf-16-be")),
    "UTF-8 with its mark": lambda page: html(b"\xef\xbb\xbf" + page),
    "charset that nobody knows": _typed("text/html; charset=x-martian"),
    "charset that is a codec of Python": _typed("text/html; charset=hex"),
    "charset that is no word": _typed("text/html; charset=\"';\x01\xff"),
    "charset of 10 KB": _typed("text/html; charset=" + "u" * 10_000),
}
CHARSETS_LOST: dict[str, Fault] = {"mark of UTF-16, is utf-8": lambda page: html(b"\xff\xfe" + page)}
BYTES_IN_TITLES: dict[str, Fault] = {"half a character": _before(TITLE, b"\xe4\xb8")}
BYTES_IN_TEXTS: dict[str, Fault] = {
    "a paragraph in gbk": _before(BODY, "<p>老街改造进行时</p>".encode("gbk")),
    "bytes that are no character": _before(BODY, b"<p>\xff\xfe\xc0\x80\xed\xa0\x80</p>"),
}

CHARACTERS: dict[str, Fault] = {
    "NUL in a title": _before(TITLE, b"a\0b"),
    "NUL everywhere": lambda page: html(page.replace(b">", b">\0")),
    "control characters": _before(TITLE, bytes([*range(1, 9), *range(14, 32), 127])),
    "terminal escapes": _before(TITLE, b"\x1b[2J\x1b]0;owned\x07\x1b[31m"),
    "terminal escapes of one character": _before(TITLE, "\x9b2J\x9d0;owned\x9c".encode()),
    "lines that look like a log": _before(TITLE, b"\r\n2026-01-01 00:00:00 [root] ERROR: owned\r\n"),
    "text that turns round": _before(TITLE, "\u202e\u2066\u200f".encode()),
    "half a surrogate pair": _before(TITLE, b"&#xD800;x&#56832;"),
    "references to control characters": _before(TITLE, b"&#0;&#27;[2J&#127;&#129;&#7;"),
    "references beyond Unicode": _before(TITLE, b"&#x110000;&#99999999999999999999;&#xffffffffffffffffffff;"),
    "no characters": _before(TITLE, "\ufffe\uffff\U0001ffff".encode()),
    "a thousand combining marks": _before(TITLE, ("a" + "\u0301" * 1000).encode()),
    "title of 100,000 characters": _before(TITLE, b"x" * 100_000),
}

ENTITIES: dict[str, Fault] = {
    "a billion laughs": _declared(b"<!DOCTYPE html [" + LAUGHS + b"]>", b"&l9;"),
    "entity of a file": _declared(b'<!DOCTYPE html [<!ENTITY f SYSTEM "file:///etc/passwd">]>', b"&f;"),
    "entity of an address": _declared(b'<!DOCTYPE html [<!ENTITY f SYSTEM "{root}entity">]>', b"&f;"),
    "parameter entity": _declared(b'<!DOCTYPE html [<!ENTITY % p SYSTEM "{root}entity"> %p;]>', b"&p;"),
    "DTD at an address": _declared(b'<!DOCTYPE html SYSTEM "{root}entity">', b"&f;"),
    "inclusion": _before(
        BODY, b'<xi:include href="file:///etc/passwd" parse="text"/><?xml-stylesheet href="/entity"?>'
    ),
}

DEEP: dict[str, Fault] = {
    "100,000 div around the text": _round(b"<div>" * 100_000, b"</div>" * 100_000),
    "100,000 bold around the text": _round(b"<b>" * 100_000, b"</b>" * 100_000),
    "100,000 links around the text": _round(b"<a>" * 100_000, b"</a>" * 100_000),
    "100,000 that are not opened": _before(BODY, b"</div>" * 100_000),
    "100,000 comments within each other": _before(BODY, b"<!--" * 100_000),
    "20,000 cells within each other": _round(b"<table><tr><td>" * 20_000, b"</td></tr></table>" * 20_000),
}
DEEP_AND_READ: dict[str, Fault] = {
    "10,000 div around the text": _round(b"<div>" * 10_000, b"</div>" * 10_000),
    "10,000 lists that are not closed": _before(BODY, b"<ul><li>" * 10_000),
}
"""Deeper than libxml2 reads, and no more than a page of 64 KB may hold."""

TOO_LARGE: dict[str, Fault] = {
    "address of 1 MB": _before(
        BODY, b'<p><a href="/' + b"x" * 900_000 + b'">x</a><img src="/' + b"y" * 10**6 + b'"></p>'
    ),
    "200,000 attributes": _before(BODY, b"<p " + b" ".join(b"a%d" % n for n in range(200_000)) + b">x</p>"),
    "200,000 attributes in a comment that is none": _before(
        BODY, b"<!--><p " + b" ".join(b'a%d=">"' % n for n in range(200_000)) + b">x</p><!-- -->"
    ),
    "200,000 times the same attribute": _before(BODY, b"<p " + b"a " * 200_000 + b">x</p>"),
    "200,000 paragraphs": _before(BODY, b"<p>x</p>" * 200_000),
    "200,000 ends of a paragraph": _before(BODY, b"</p>" * 200_000),
    "200,000 comments": _before(BODY, b"<!-- x -->" * 200_000),
    "200,000 references": _before(BODY, b"<p>" + b"&amp;&#20013;" * 200_000 + b"</p>"),
    "50,000 links": _before(BODY, b'<a href="/portal.php?mod=view&aid=1">x</a> ' * 50_000),
    "50,000 pictures": _before(BODY, b'<img src="/data/attachment/a.png">' * 50_000),
    "a word of 4 MB": _before(BODY, b"<p>" + b"x" * 4_000_000 + b"</p>"),
    "script of 4 MB": _before(BODY, b"<script>" + b"a();" * 1_000_000 + b"</script>"),
    "4 MB of <": _before(BODY, b"<" * 4_000_000),
    "4 MB of &": _before(BODY, b"&" * 4_000_000),
    "1,500,000 elements within each other": _before(BODY, b"<b>" * 1_500_000),
    "1,200,000 elements side by side": _before(BODY, b"<p>x" * 1_200_000),
}

LARGE: dict[str, Fault] = {
    "attribute of 900 KB": _before(BODY, b'<p title="' + b"x" * 900_000 + b'"></p>'),
    "tag of 900 KB": _before(BODY, b"<" + b"x" * 900_000 + b">"),
    "spaces of 900 KB": _before(BODY, b" " * 900_000),
    "lines of 900 KB": _before(BODY, b"\r\n" * 450_000),
    "comment of 900 KB": _before(BODY, b"<!--" + b"a-- " * 220_000 + b"-->"),
    "10,000 empty paragraphs": _before(BODY, b"<p></p>" * 10_000),
}
"""They change nothing of what is read."""

LONG_PATHS: dict[str, Fault] = {"path of 1,000 steps": lambda page: html(PATH.sub(rb"\1" + STEPS, page, count=1))}

NO_DATES: dict[str, Fault] = {
    f"date {words[:40]}": _instead(DATE, words)
    for words in (
        "0000-00-00 00:00",
        "2023-2-30 10:00",
        "0001-1-1 00:00",
        "2020-1-1 25:61",
        "99999999-1-1 00:00",
        "-1-1-1 0:0",
        "9" * 5000,
    )
}
FAR_DATES: dict[str, Fault] = {
    f"date {words}": _instead(DATE, words) for words in ("9999-12-31 23:59", "1970-1-2 00:00")
}
"""Absurd, and what the page says."""

NO_VIEWS: dict[str, Fault] = {
    f"views {words[:40]}": _instead(VIEWS, words) for words in ("1" + "0" * 30, "-5", "1e400", "9" * 5000, "NaN", "")
}
NO_COMMENT_COUNT: dict[str, Fault] = {f"comments {words}": _instead(COMMENTS, words) for words in ("1" + "0" * 30,)}

NUMBERS: dict[str, Fault] = {
    "another article's number": lambda page: html(re.sub(rb"click_aid_\d+_", b"click_aid_999999_", page)),
}

TYPES: dict[str, Fault] = {
    "page that says it is plain text": _typed("text/plain"),
    "page that says it is nothing": _typed(""),
    "page that says it is something": _typed("application/octet-stream"),
    "page that says it is a picture": _typed("image/png"),
    "page that says it is a film": _typed("video/mp4"),
    "page that says it is a PDF": _typed("application/pdf"),
    "page that says it is JSON": _typed("application/json"),
    "page that says it is XML": _typed("application/xml"),
    "page to be saved": lambda page: html(page, 'Content-Disposition: attachment; filename="../../a.exe"'),
}

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40

OTHERS: dict[str, tuple[Fault, str]] = {
    "nothing": (lambda page: html(b""), "empty"),
    "spaces": (lambda page: html(b" \r\n" * 1000), "empty"),
    "picture": (lambda page: html(PICTURE, kind="image/png"), "no_text"),
    "picture that says it is a page": (lambda page: html(PICTURE), "not_discuz"),
    "JSON": (lambda page: html(b'{"error": 0}', kind="application/json"), "not_discuz"),
    "feed": (
        lambda page: html(b'<?xml version="1.0"?><rss><channel><title>x</title></channel></rss>', kind="text/xml"),
        "not_discuz",
    ),
    "empty document": (lambda page: html(b"<!DOCTYPE html><html><head></head><body></body></html>"), "not_discuz"),
    "only a comment": (lambda page: html(b"<!-- discuz_uid -->"), "no_article"),
    "words of a server": (lambda page: html(b"It works!"), "not_discuz"),
    "random bytes": (lambda page: html(bytes((n * n * 31 + 7) % 251 for n in range(20_000))), "not_discuz"),
}
