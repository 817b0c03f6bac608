"""Broken pages, all the way from bytes to JSON: 80 of them, as many as one likes with ``--fuzz``.

``python -m tests.fuzz 1 --first N --save .`` writes mutant N to a file.
"""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from tests.fuzz.mutants import mutant
from tests.fuzz.mutators import BYTE_MUTATORS, TEXT_MUTATORS
from tests.fuzz.reading import LIMIT, TooLongError, limited, read, sound, tried
from tests.fuzz.sources import sources
from tests.fuzz.targeted import NEUTRAL, PARTS

IN_THE_SUITE = 80
AT_LEAST = 0.5


@pytest.mark.timeout(0)
def test_a_broken_page_breaks_nothing_else(pytestconfig: pytest.Config) -> None:
    """No exception, no page over 2 s, valid JSON, and no change in what was left alone; half of them still articles."""
    number = pytestconfig.getoption("--fuzz") or IN_THE_SUITE
    pages = sources(captured=number > IN_THE_SUITE)
    wrong: list[str] = []
    kinds: Counter[str] = Counter()
    for index in range(number):
        broken = mutant(index, pages)
        try:
            reading = tried(broken)
        except Exception as error:
            wrong.append(f"{broken}: {type(error).__name__}: {error}"[:500])
        else:
            kinds[reading.kind if broken.source.article else "no article before"] += 1
    assert wrong == []
    assert kinds["article"] >= AT_LEAST * number


def test_every_sound_page_is_an_article() -> None:
    """Else its mutants show nothing."""
    assert [source.name for source in sources() if source.article and sound(source).record is None] == []


BROKEN = {
    "a control character after a cell that was closed early": ("</p>", "</p></td></tr></table>\x08 x&#8;"),
    "a control character in a cell that was never closed": ("</p>", "</p><table><tr><td>\x08&#xFFFF;"),
    "a name that is none in a cell that was closed early": (
        "</p>",
        "</p></td></tr></table><nbsp;<b>x<div id=click_div>",
    ),
    "a number too long to be read": (
        "<p>",
        f'<p><a href="notices/{"9" * 5000}.html">x</a><a href="notices/8.html">y</a>',
    ),
    "pages without end": ("</p>", '</p><div class="pg"><label><span title="999999999999">/</span></label></div>'),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_was_found(name: str) -> None:
    """Pages that once failed, each in all places of the text."""
    source = next(source for source in sources() if source.name == "fixtures/article_full")
    before, after = BROKEN[name]
    assert before in source.text
    assert read(source.encode(source.text.replace(before, after)), source).record is not None


@pytest.mark.parametrize("sibling", ["<a href=y>x</a>", "<p>x", "<li>x</li>", "<br>x"])
def test_thousands_of_siblings_take_no_longer_than_any_page_may(sibling: str) -> None:
    source = next(source for source in sources() if source.name.startswith("portal-magazine") and source.article)
    head, body, tail = source.text.partition("</p>")
    read(source.encode(source.text), source)  # what is made once for all pages takes its time with the first one
    with limited(LIMIT):
        assert read(source.encode(head + body + sibling * 15_000 + tail), source).kind == "article"


def test_half_a_character_in_a_feed_is_none() -> None:
    source = next(source for source in sources() if source.name == "fixtures/feed")
    text = source.text.replace("<title>", "<title>&#xD83D;&#55357;&#56832;")
    assert read(source.encode(text), source).kind == "feed"


def test_every_part_can_be_broken() -> None:
    texts = [source.text for source in sources() if source.article]
    for part in PARTS:
        assert any(part.where.search(text) for text in texts), part.name


def test_mutants_are_made_in_every_way() -> None:
    done = " ".join(mutant(number, sources()).done for number in range(1200))
    assert [m.__name__ for m in (*BYTE_MUTATORS, *TEXT_MUTATORS, *NEUTRAL) if m.__name__ not in done] == []
    assert [part.name for part in PARTS if f"in {part.name}" not in done] == []


def test_a_mutant_is_made_again_by_its_number() -> None:
    assert [mutant(number, sources()) for number in range(20)] == [mutant(number, sources()) for number in range(20)]


def test_what_takes_too_long_is_stopped() -> None:
    with pytest.raises(TooLongError), limited(0.05):
        sum(number for number in itertools.count())
