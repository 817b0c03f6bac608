"""Personal data in safe HTML: found as a reader sees it, over the borders of inline elements."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.privacy.addresses import find_in_address
from crawler.privacy.finding import find, redact

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from crawler.privacy.kinds import Kind

#: A tag, an entity, or characters between.
_TOKEN: Final = re.compile(
    r"(?P<tag><!--.*?-->|</?(?P<name>[A-Za-z][A-Za-z0-9]*)(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>)|&(?:#[0-9]+|#[Xx][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);|[^<&]+|.",
    re.DOTALL,
)
_TAG: Final = re.compile(r"<[^>]*>")
_ATTRIBUTE: Final = re.compile(r"(?P<name>[A-Za-z-]+)\s*=\s*(?P<quoted>\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)')")
_INLINES: Final = frozenset(
    {
        "a",
        "abbr",
        "b",
        "code",
        "del",
        "em",
        "font",
        "i",
        "img",
        "ins",
        "mark",
        "s",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "u",
    }
)
_CELLS: Final = frozenset({"td", "th"})
_ADDRESSES: Final = frozenset({"href", "src"})
_WORDS: Final = frozenset({"alt", "title"})
_BLANK: Final = re.compile(r"[ \t\r\n\f\xa0\u3000]")


class _Seen(NamedTuple):
    """What a reader sees, and which characters of the markup each character of it stands for."""

    text: str
    places: Sequence[tuple[int, int]]
    tags: Sequence[tuple[int, int]]


def bare(html: str) -> str:
    """Give all words of safe HTML in a row, as a name is looked for in them."""
    return unescape(_TAG.sub("", html))


def redact_html(html: str, kinds: Collection[Kind]) -> str:
    """Put markers into safe HTML. What comes is as well-formed as what went in.

    A number over which tags are strewn has its marker where it begins; the tags stay, with nothing in them.

    Args:
        html: as a record has it.
        kinds: what to look for.
    """
    return edit(
        html,
        lambda text: ((one.start, one.end, one.kind.marker) for one in find(text, kinds)),
        lambda words: redact(words, kinds)[0],
        lambda address: redact_address(address, kinds)[0],
    )


def redact_address(address: str, kinds: Collection[Kind]) -> tuple[str, list[Kind]]:
    """Put markers into an address; give the kinds, too."""
    found = find_in_address(address, kinds)
    for start, end, kind in reversed(found):
        address = address[:start] + kind.marker + address[end:]
    return address, [kind for _, _, kind in found]


def edit(
    html: str,
    replacing: Callable[[str], Iterator[tuple[int, int, str]]],
    words: Callable[[str], str],
    address: Callable[[str], str] | None = None,
) -> str:
    """Change what safe HTML says.

    Args:
        html: as a record has it.
        replacing: gives what to replace in the text that a reader sees, in order: start, end, words.
        words: changes the words of an attribute.
        address: changes the address of a link; None leaves all as they are.
    """
    seen = _see(html)
    edits = [change for start, end, new in replacing(seen.text) for change in _cut(seen.places[start:end], new)]
    for start, end in seen.tags:
        tag = html[start:end]
        changed = _ATTRIBUTE.sub(lambda found: _attribute(found, words, address), tag)
        if changed != tag:
            edits.append((start, end, changed))
    for start, end, new in sorted(edits, reverse=True):
        html = html[:start] + new + html[end:]
    return html


def _cut(places: Sequence[tuple[int, int]], new: str) -> Iterator[tuple[int, int, str]]:
    # One entity may stand for two characters.
    for number, (start, end) in enumerate(dict.fromkeys(places)):
        yield start, end, "" if number else escape(new, quote=False)


def _attribute(found: re.Match[str], words: Callable[[str], str], address: Callable[[str], str] | None) -> str:
    name = found["name"].lower()
    change = address if name in _ADDRESSES else words if name in _WORDS else None
    if change is None:
        return found[0]
    value = unescape(found["double"] if found["double"] is not None else found["single"])
    changed = change(value)
    return found[0] if changed == value else f'{found["name"]}="{escape(changed)}"'


def _see(html: str) -> _Seen:
    text: list[str] = []
    places: list[tuple[int, int]] = []
    tags = []
    for found in _TOKEN.finditer(html):
        start, end = found.span()
        if found["tag"]:
            name = (found["name"] or "").lower()
            if name:
                tags.append((start, end))
            if name not in _INLINES and name:
                text.append("\t" if name in _CELLS else "\n")
                places.append((start, start))
            continue
        is_entity = found[0][0] == "&" and end - start > 1
        for number, character in enumerate(unescape(found[0]) if is_entity else found[0]):
            place = (start, end) if is_entity else (start + number, start + number + 1)
            is_blank = _BLANK.match(character)
            if is_blank and text and text[-1] == " ":  # blanks in a row are one, as in the plain text
                places[-1] = (places[-1][0], place[1])
                continue
            text.append(" " if is_blank else character)
            places.append(place)
    return _Seen("".join(text), places, tags)
