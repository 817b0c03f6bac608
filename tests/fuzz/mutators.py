"""Mutators of a whole page: source in, broken source out; any field may change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.fuzz.garbage import CLOSED, OPEN, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

TAG = re.compile(r"<[^<>]*>")
END_TAG = re.compile(r"</[a-zA-Z][^<>]*>")
BLOCK = re.compile(r"<(div|ul|dl|table|p|tr|li|dd|dt|em|span|h1)\b[^<>]*>")
ATTRIBUTE = re.compile(r"""\s[a-zA-Z-]+=(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)""")
TEXT = re.compile(r">[^<>]+<")
NUMBER = re.compile(r"\d+")
NUMBERS = ("", "0", "-1", "9" * 30, "9" * 5000, "x", "１２", "00012", "1e9", "4294967296", "9223372036854775808")
MOST = 25
DEEP = 5000


def some(text: str, pattern: re.Pattern[str], rng: Random, replace: Callable[[str], str], most: int = MOST) -> str:
    """The text with some of what matches a pattern replaced."""
    found = list(pattern.finditer(text))
    for match in sorted(rng.sample(found, min(len(found), rng.randint(1, most))), key=re.Match.start, reverse=True):
        text = text[: match.start()] + replace(match[0]) + text[match.end() :]
    return text


def place(text: str, rng: Random) -> int:
    """A place between two characters, most likely between two tags."""
    between = [match.end() for match in TAG.finditer(text)]
    return rng.choice(between) if between and rng.random() < 0.8 else rng.randint(0, len(text))


def insert(text: str, rng: Random, what: str) -> str:
    at = place(text, rng)
    return text[:at] + what + text[at:]


def drop_tags(text: str, rng: Random) -> str:
    return some(text, TAG, rng, lambda tag: "")


def double_tags(text: str, rng: Random) -> str:
    return some(text, TAG, rng, lambda tag: tag * rng.randint(2, 4))


def drop_end_tags(text: str, rng: Random) -> str:
    return some(text, END_TAG, rng, lambda tag: "")


def swap_tags(text: str, rng: Random) -> str:
    found = list(TAG.finditer(text))
    if len(found) < 2:
        return text
    first, second = sorted(rng.sample(found, 2), key=re.Match.start)
    between = text[first.end() : second.start()]
    return text[: first.start()] + second[0] + between + first[0] + text[second.end() :]


def drop_attributes(text: str, rng: Random) -> str:
    return some(text, ATTRIBUTE, rng, lambda attribute: "")


def garble_attributes(text: str, rng: Random) -> str:
    return some(
        text,
        ATTRIBUTE,
        rng,
        lambda attribute: f'{attribute.partition("=")[0]}="{rng.choice(WORDS).replace(chr(34), "")}"',
    )


def garble_text(text: str, rng: Random) -> str:
    return some(text, TEXT, rng, lambda words: f">{rng.choice(WORDS)}<")


def garble_numbers(text: str, rng: Random) -> str:
    return some(text, NUMBER, rng, lambda number: rng.choice(NUMBERS))


def add_markup(text: str, rng: Random) -> str:
    for _ in range(rng.randint(1, 5)):
        text = insert(text, rng, rng.choice(CLOSED + OPEN))
    return text


def block(text: str, rng: Random) -> tuple[int, int]:
    """Where an element begins and where one of its kind ends: not always itself."""
    found = list(BLOCK.finditer(text))
    if not found:
        return 0, 0
    begin = rng.choice(found)
    ends = [match.end() for match in re.finditer(f"</{begin[1]}>", text) if match.end() > begin.end()]
    return begin.start(), rng.choice(ends[:6]) if ends else begin.end()


def drop_block(text: str, rng: Random) -> str:
    begin, end = block(text, rng)
    return text[:begin] + text[end:]


def double_block(text: str, rng: Random) -> str:
    begin, end = block(text, rng)
    return text[:begin] + text[begin:end] * rng.randint(2, 30) + text[end:]


def move_block(text: str, rng: Random) -> str:
    begin, end = block(text, rng)
    return insert(text[:begin] + text[end:], rng, text[begin:end])


def nest_block(text: str, rng: Random) -> str:
    begin, end = block(text, rng)
    depth = rng.choice((10, 300, DEEP))
    tag = rng.choice(("div", "b", "span", "font", "blockquote", "ul", "p", "a", "em", "x-y"))
    return text[:begin] + f"<{tag}>" * depth + text[begin:end] + f"</{tag}>" * depth + text[end:]


def open_many(text: str, rng: Random) -> str:
    tag = rng.choice(
        ("<div>", "<b>", "<table><tr><td>", "<ul><li>", "<font color=red>", "<a href=x>", "<p>", "<dl><dd>")
    )
    return insert(text, rng, tag * rng.choice((10, 1000, DEEP)))


def many_attributes(text: str, rng: Random) -> str:
    attributes = " ".join(f'a{number}="{number}"' for number in range(rng.choice((100, 3000))))
    return insert(text, rng, f"<div {attributes} style={'x:y;' * 5000}>x</div>")


def many_siblings(text: str, rng: Random) -> str:
    sibling = rng.choice(
        ("<p>x", "<br>", "<li>x</li>", "<dl><dd>x</dl>", "x<b></b>", "<a href=y>x</a>", "<!-- -->", "x ")
    )
    return insert(text, rng, sibling * rng.choice((500, 20_000)))


def cut(text: str, rng: Random) -> str:
    return text[: int(len(text) * rng.betavariate(3, 1))]


def double(text: str, rng: Random) -> str:
    at = place(text, rng)
    return rng.choice((text + text, text[:at] + text + text[at:]))


def escape(text: str, rng: Random) -> str:
    return some(text, TAG, rng, lambda tag: tag.replace("<", "&lt;"))


def unescape(text: str, rng: Random) -> str:
    return some(text, re.compile(r"&(?:lt|gt|quot|amp);"), rng, lambda word: {"&lt;": "<", "&gt;": ">"}.get(word, '"'))


TEXT_MUTATORS: tuple[Callable[[str, Random], str], ...] = (
    drop_tags,
    double_tags,
    drop_end_tags,
    swap_tags,
    drop_attributes,
    garble_attributes,
    garble_text,
    garble_numbers,
    add_markup,
    drop_block,
    double_block,
    move_block,
    nest_block,
    open_many,
    many_attributes,
    many_siblings,
    cut,
    double,
    escape,
    unescape,
)


def flip_bytes(body: bytes, rng: Random) -> bytes:
    broken = bytearray(body)
    for _ in range(min(len(body), rng.randint(1, 60))):
        broken[rng.randrange(len(broken))] = rng.randrange(256)
    return bytes(broken)


def drop_bytes(body: bytes, rng: Random) -> bytes:
    for _ in range(rng.randint(1, 20)):
        at = rng.randint(0, len(body))
        body = body[:at] + body[at + rng.choice((1, 2, 40)) :]
    return body


def insert_bytes(body: bytes, rng: Random) -> bytes:
    for _ in range(rng.randint(1, 20)):
        at = rng.randint(0, len(body))
        body = body[:at] + rng.randbytes(rng.choice((1, 2, 40))) + body[at:]
    return body


def swap_bytes(body: bytes, rng: Random) -> bytes:
    first, second, third = sorted(rng.randint(0, len(body)) for _ in range(3))
    return body[:first] + body[second:third] + body[first:second] + body[third:]


def other_charset(body: bytes, rng: Random) -> bytes:
    text = body.decode("utf-8", "replace")
    to = rng.choice(("gb18030", "big5", "utf-16", "utf-16-be", "utf-7", "latin-1", "shift_jis", "utf-8-sig"))
    return text.encode(to, "replace")


def doubly_encoded(body: bytes, rng: Random) -> bytes:
    return body.decode(rng.choice(("latin-1", "cp1252", "gbk")), "replace").encode("utf-8")


def with_zeros(body: bytes, rng: Random) -> bytes:
    return rng.choice((body.replace(b" ", b"\0"), b"\0" * 100 + body, body.replace(b">", b">\0")))


def with_mark(body: bytes, rng: Random) -> bytes:
    return rng.choice((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) + body


BYTE_MUTATORS: tuple[Callable[[bytes, Random], bytes], ...] = (
    flip_bytes,
    drop_bytes,
    insert_bytes,
    swap_bytes,
    other_charset,
    doubly_encoded,
    with_zeros,
    with_mark,
)
