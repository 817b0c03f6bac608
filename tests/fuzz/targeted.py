"""Mutators of one part of a page of the default template: what the others print stays as it was.

A part is broken either so that it is balanced again, and only its own fields may change; or in any way, and those that
stand after it on the page may change, too. Nothing may change what stands before it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lxml.html import HtmlElement, fragment_fromstring, tostring

from tests.fuzz import mutators
from tests.fuzz.garbage import CLOSED, OPEN, WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from random import Random

    from tests.fuzz.sources import Source

BODY: Final = frozenset(
    {
        *("article_body", "article_body_html", "credits", "images", "main_image", "attachments", "videos", "audios"),
        *("links", "in_language", "content_hash", "pages"),
    },
)
COMMENTS: Final = frozenset({"comments", "comments_complete"})
NEIGHBOURS: Final = frozenset({"previous", "next"})
#: What the template prints after the body; what the footer says of the zone decides all dates.
AFTER: Final = BODY | COMMENTS | NEIGHBOURS | {"reactions", "related", "keywords", "site", "discuz", "provenance"}
DATES: Final = frozenset({"date_published", "date_published_raw", "date_precision", "content_hash"})


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the page.

    Attributes:
        name: What it is.
        where: Matches it; what may be broken is the group ``part``.
        own: The fields that are read from it.
        markup: Whether it holds elements; else it is words, or an attribute.
    """

    name: str
    where: re.Pattern[str]
    own: frozenset[str]
    markup: bool = False


def _part(name: str, where: str, own: Iterable[str], *, markup: bool = False) -> Part:
    return Part(name, re.compile(where, re.DOTALL), frozenset(own), markup)


PARTS: Final = (
    _part("body", r'<td id="article_content"[^>]*>(?P<part>.*)</td></tr></table>.*id="click_div"', BODY, markup=True),
    _part("comments", r'(?P<part><dl id="comment_\d+_li".*</dl>).*<form id="cform"', COMMENTS, markup=True),
    _part("related", r'<ul[^>]* id="raid_div">(?P<part>.*?)</ul>', {"related"}, markup=True),
    _part("neighbours", r'<div class="pren[^>]*>(?P<part>.*?)</div>', NEIGHBOURS, markup=True),
    _part("summary", r'<div class="s"><div>(?P<part>.*?)</div></div>', {"description", "content_hash"}, markup=True),
    _part("title", r'<h1 class="ph">(?P<part>.*?)</h1>', {"headline", "keywords", "content_hash", "in_language"}),
    _part("date", r'<p class="xg1">\n(?P<part>[^<>]*?)<span class="pipe">', DATES),
    _part("views", r'<em id="_viewnum">(?P<part>.*?)</em>', {"view_count"}),
    _part(
        "publisher",
        r'<p class="xg1">\n[^<>]*<span class="pipe">[^<]*</span>[^<]*<a href="[^"]*">(?P<part>.*?)</a>',
        {"publisher"},
    ),
    _part("keywords", r'<meta name="keywords" content="(?P<part>[^"]*)"', {"keywords"}),
    _part("description", r'<meta name="description" content="(?P<part>[^"]*)"', ()),
    _part("window title", r"<title>(?P<part>.*?)</title>", ()),
    _part("reaction", r'id="click_div".*?<em>(?P<part>\d*)</em>', {"reactions"}),
    _part("footer", r'<div id="ft"[^>]*>(?P<part>.*)</body>', {"site", "provenance", "comments"} | DATES, markup=True),
)
DEFAULT: Final = '<td id="article_content"'
WEIGHT: Final = 4
IN_ATTRIBUTES: Final = {"keywords", "description"}


def words(text: str, rng: Random) -> str:
    """Some words among the others, without any markup."""
    at = rng.randint(0, len(text))
    return rng.choice((text[:at] + rng.choice(WORDS) + text[at:], rng.choice(WORDS), text[:at], ""))


def balanced(text: str, rng: Random) -> str:
    """The elements dropped, doubled, moved, wrapped, renamed, their words and attributes garbled: a tree it stays."""
    tree = fragment_fromstring(text, create_parent="div")
    for _ in range(rng.randint(1, 6)):
        nodes = [node for node in tree.iter() if isinstance(node.tag, str) and node is not tree]
        if not nodes:
            tree.append(fragment_fromstring(rng.choice(CLOSED), create_parent="p"))
            continue
        rng.choice(TREE_MUTATORS)(rng.choice(nodes), rng)
    made = str(tostring(tree, encoding="unicode"))
    return made[made.index(">") + 1 : made.rindex("<")]


def _drop(node: HtmlElement, rng: Random) -> None:
    node.drop_tree()


def _unwrap(node: HtmlElement, rng: Random) -> None:
    node.drop_tag()


def _double(node: HtmlElement, rng: Random) -> None:
    parent = node.getparent()
    copies = fragment_fromstring(str(tostring(node, encoding="unicode")) * rng.randint(1, 20), create_parent="div")
    if parent is not None:
        for copy in copies:
            parent.insert(rng.randint(0, len(parent)), copy)


def _wrap(node: HtmlElement, rng: Random) -> None:
    parent = node.getparent()
    if parent is None:
        return
    tag = rng.choice(("div", "font", "b", "span", "blockquote", "center", "section"))
    depth = rng.choice((1, 5, 60))
    outer = fragment_fromstring(f"<{tag}>" * depth + f"</{tag}>" * depth)
    parent.replace(node, outer)
    inner = outer
    while len(inner):
        inner = inner[0]
    inner.append(node)


def _say(node: HtmlElement, rng: Random) -> None:
    node.text = "".join(letter for letter in rng.choice(WORDS) if letter.isprintable())


def _garble(node: HtmlElement, rng: Random) -> None:
    for name in list(node.attrib):
        if name not in {"id", "class"}:
            node.set(name, "".join(letter for letter in rng.choice(WORDS) if letter.isprintable()))


def _strip(node: HtmlElement, rng: Random) -> None:
    for name in list(node.attrib):
        if rng.random() < 0.5:
            del node.attrib[name]


TREE_MUTATORS: Final = (_drop, _unwrap, _double, _wrap, _say, _garble, _strip)


def closed(text: str, rng: Random) -> str:
    """Markup that closes what it opens, at the begin or the end: nothing is open there."""
    what = rng.choice(CLOSED)
    return rng.choice((what + text, text + what, what))


def deep(text: str, rng: Random) -> str:
    tag = rng.choice(("div", "b", "span", "blockquote"))
    depth = rng.choice((10, 300, mutators.DEEP))
    return f"<{tag}>" * depth + text + f"</{tag}>" * depth


def gone(text: str, rng: Random) -> str:
    return ""


BALANCED: Final = (balanced, balanced, closed, deep, gone)


def opened(text: str, rng: Random) -> str:
    return mutators.insert(text, rng, rng.choice(OPEN))


#: What leaves a part open, or closes more than it opened.
UNBALANCED: Final = (
    opened,
    opened,
    mutators.drop_tags,
    mutators.drop_end_tags,
    mutators.swap_tags,
    mutators.garble_text,
    mutators.cut,
    mutators.open_many,
    mutators.many_siblings,
)


# --- what changes nothing -----------------------------------------------------------------------------------------

_SCRIPT: Final = re.compile(r"<(script|style|textarea|title)\b.*?</\1>", re.DOTALL | re.IGNORECASE)
_START_TAG: Final = re.compile(r"<(?P<tag>[a-z][a-z0-9]*)(?P<rest>(?:\s[^<>]*)?)>")
_QUOTED: Final = re.compile(r'(?<=\s)(?P<name>[a-z-]+)="(?P<value>[^"\'<>]*)"')


def outside_scripts(text: str, pattern: re.Pattern[str], replace: Callable[[re.Match[str]], str]) -> str:
    """The text with what matches a pattern replaced, but not in scripts, styles and the like."""
    pieces: list[str] = []
    end = 0
    for script in _SCRIPT.finditer(text):
        pieces += (pattern.sub(replace, text[end : script.start()]), script[0])
        end = script.end()
    return "".join(pieces) + pattern.sub(replace, text[end:])


def upper_tags(text: str, rng: Random) -> str:
    return outside_scripts(text, _START_TAG, lambda tag: f"<{tag['tag'].upper()}{tag['rest']}>")


def upper_attributes(text: str, rng: Random) -> str:
    def upper(tag: re.Match[str]) -> str:
        return _QUOTED.sub(lambda quoted: f'{quoted["name"].upper()}="{quoted["value"]}"', tag[0])

    return outside_scripts(text, _START_TAG, upper)


def single_quotes(text: str, rng: Random) -> str:
    def single(tag: re.Match[str]) -> str:
        return _QUOTED.sub(lambda quoted: f"{quoted['name']}='{quoted['value']}'", tag[0])

    return outside_scripts(text, _START_TAG, single)


def more_attributes(text: str, rng: Random) -> str:
    return outside_scripts(
        text,
        _START_TAG,
        lambda tag: tag[0] if rng.random() < 0.7 else f'<{tag["tag"]} data-x="{rng.random()}"{tag["rest"]}>',
    )


def comments_between(text: str, rng: Random) -> str:
    return outside_scripts(
        text, _START_TAG, lambda tag: tag[0] if rng.random() < 0.9 else f"<!-- {rng.random()} -->{tag[0]}"
    )


def windows_lines(text: str, rng: Random) -> str:
    return text.replace("\r\n", "\n").replace("\n", "\r\n")


def appended(text: str, rng: Random) -> str:
    return text + rng.choice(('<script src="http://isp.example/x.js"></script>', "<!-- 0.31 s -->", "\n" * 500))


NEUTRAL: Final = (
    upper_tags,
    upper_attributes,
    single_quotes,
    more_attributes,
    comments_between,
    windows_lines,
    appended,
)


def targeted(source: Source, rng: Random) -> tuple[str, str, frozenset[str]]:
    """Break one part of a page, or change what changes nothing.

    Args:
        source: The page.
        rng: Decides.

    Returns:
        What was done, the broken source, and the fields that may have changed.
    """
    # What stands where, only the default template says: of others, any part may be evidence for any field.
    parts = PARTS if DEFAULT in source.text else ()
    found = [(part, match) for part in parts if (match := part.where.search(source.text)) is not None]
    if not found or rng.random() < 0.2:
        neutral = rng.choice(NEUTRAL)
        return neutral.__name__, neutral(source.text, rng), frozenset()
    # What holds elements breaks in more ways than words do.
    [(part, match)] = rng.choices(found, weights=[WEIGHT if part.markup else 1 for part, _ in found])
    text = match["part"]
    if part.markup and rng.random() < 0.5:
        break_, touched = rng.choice(UNBALANCED), part.own | AFTER
    elif part.markup:
        break_, touched = rng.choice(BALANCED), part.own
    else:
        break_, touched = words, part.own
    made = break_(text, rng)
    if part.name in IN_ATTRIBUTES:
        made = made.replace('"', "")
    broken = source.text[: match.start("part")] + made + source.text[match.end("part") :]
    return f"{break_.__name__} in {part.name}", broken, touched
