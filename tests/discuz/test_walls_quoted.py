"""Pages that quote walls: 500 of them, in words and in markup, and none of them is one."""

from __future__ import annotations

import re
from html import escape
from random import Random
from typing import TYPE_CHECKING

import pytest

from crawler.discuz.urls import Grammar
from crawler.discuz.walls import classify
from crawler.discuz.walls.markup import words
from tests.discuz.disguises import DISGUISES, PACKS, SCRIPT
from tests.fuzz.mutators import TEXT, some
from tests.fuzz.sources import sources
from tests.wall_pages import wall_pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fuzz.sources import Source

QUOTERS = 500
A_LOT = 50
ELSEWHERE = 0.1
"""Of all, those that are no articles: lists, homes, comments, feeds."""
NONE = {"fixtures/notice", "fixtures/feed_other"}
"""A wall itself, and a feed of another program."""
MOST = 1500
"""Characters of a wall that are quoted."""
BODY = re.compile(r"""(?:id|class)=["'](?:article_content|[^"']*(?:body|content|text)[^"']*)["'][^<>]*>""")
SUMMARY = re.compile(r"""<meta name="description" content=\"""")
TITLE = re.compile(r"(?=</title>)")
HEADING = re.compile(r"(?=</h1>)")
COMMENT = re.compile(r"(?<=<dd>)")


def quote(rng: Random) -> str:
    """A wall as an article quotes it: what it says, or its markup as a text."""
    wall = rng.choice(list(wall_pages().values()))
    message = rng.choice(rng.choice(PACKS))
    said = rng.choice((words(wall.text), words(message), f"{words(message)}：{words(wall.text)}"))
    begin = rng.randrange(len(wall.text)) if wall.text else 0
    source = escape(rng.choice((wall.text[:MOST], wall.text[begin : begin + MOST])), quote=rng.random() < 0.5)
    return rng.choice(
        (escape(said), source, f"<pre>{source}</pre>", f'<div class="blockcode"><ol><li>{source}</ol></div>')
    )


def outside_scripts(text: str, change: Callable[[str], str]) -> str:
    return "".join(part if place % 2 else change(part) for place, part in enumerate(SCRIPT.split(text)))


def in_text(text: str, rng: Random, quoted: str) -> str:
    """Anywhere between tags: titles, bodies, comments, what surrounds them."""
    return outside_scripts(text, lambda part: some(part, TEXT, rng, lambda said: f"{said[:-1]}{quoted}<", most=3))


def in_place(where: re.Pattern[str]) -> Callable[[str, Random, str], str]:
    def insert(text: str, rng: Random, quoted: str) -> str:
        found = where.search(text)
        if found is None:
            return in_text(text, rng, quoted)
        plain = quoted if where in {BODY, COMMENT} else escape(words(quoted))
        return text[: found.end()] + plain + text[found.end() :]

    return insert


def as_script(text: str, rng: Random, quoted: str) -> str:
    """In a script of the article's own, or in a field of text."""
    wall = rng.choice([page for page in wall_pages().values() if "</" in page.text and "<script" not in page.text])
    held = rng.choice((f"<textarea>{wall.text[:MOST]}</textarea>", f"<!-- {wall.text[:MOST]} -->"))
    found = BODY.search(text)
    return text[: found.end()] + held + text[found.end() :] if found else text


INSERTS = (in_text, in_place(BODY), in_place(COMMENT), in_place(HEADING), in_place(TITLE), in_place(SUMMARY), as_script)


def quoting(number: int) -> tuple[Source, str, str]:
    """A page that quotes walls, and what was done to it."""
    rng = Random(number)
    articles = rng.random() >= ELSEWHERE
    sound = [one for one in sources() if "/wall_" not in one.name and one.name not in NONE]
    source = rng.choice([one for one in sound if one.article is articles])
    text = source.text
    done = [source.name]
    for insert in rng.sample(INSERTS, rng.randint(1, 3)):
        text = insert(text, rng, quote(rng))
        done.append(insert.__qualname__.partition(".")[0])
    if rng.random() < 0.3 and "<rss" not in text:
        disguise = rng.choice(DISGUISES)
        text = disguise(text, rng)
        done.append(disguise.__name__)
    return source, text, f"page {number}: {', '.join(done)}"


@pytest.mark.parametrize("first", range(0, QUOTERS, A_LOT))
def test_no_page_that_quotes_walls_is_one(first: int) -> None:
    wrong = []
    for number in range(first, first + A_LOT):
        source, text, done = quoting(number)
        verdict = classify(status=200, text=text, asked=Grammar(source.site).parse(source.url).kind)
        if verdict is not None:
            wrong.append(f"{done}: {verdict}")
    assert wrong == []


def test_they_quote() -> None:
    changed = sum(quoting(number)[1] != quoting(number)[0].text for number in range(QUOTERS))
    assert changed > 0.95 * QUOTERS
