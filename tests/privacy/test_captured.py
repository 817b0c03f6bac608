"""The texts of real sites: every finding in all of them was looked at, and is of these kinds."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import orjson
import pytest

from crawler.privacy import PERSONAL, Kind, Redactor, find
from crawler.privacy.records import TEXTS, change
from tests.captured import HERE, needs_captured
from tests.comparing.articles import read
from tests.comparing.pages import all_pages

pytestmark = needs_captured

NEWSROOM = {"13707368020", "13875079363", "13507362381"}
"""Printed beneath articles of one site: for news, for broadcasts, for advertisements."""
MARKERS = re.compile("|".join(re.escape(kind.marker) for kind in Kind))


@pytest.fixture(scope="module")
def records() -> list[dict[str, Any]]:
    pages = [page for page in all_pages(HERE, "article") if not page.permuted]
    return [orjson.loads(orjson.dumps(read(page).article)) for page in pages[::3]]  # it takes its time to read all


def test_nothing_is_found_but_what_is_there(records: list[dict[str, Any]]) -> None:
    found: Counter[tuple[Kind, str]] = Counter()

    def look(text: str) -> str:
        found.update((one.kind, text[one.start : one.end]) for one in find(text, frozenset(Kind)))
        return text

    for record in records:
        change(record, TEXTS, look)
    said = {kind: {words for one, words in found if one is kind} for kind in Kind}
    assert said[Kind.MOBILE] == NEWSROOM
    assert said[Kind.HOTLINE] == {"12315"}
    assert all(re.fullmatch(r"changde\d+@example\.com", words) for words in said[Kind.EMAIL])
    assert all(re.fullmatch(r"0736-72\d{5}", words) for words in said[Kind.PHONE])
    assert [kind for kind in Kind if not said[kind]] == [Kind.ID_CARD, Kind.BANK_CARD, Kind.WECHAT, Kind.QQ]
    assert found.total() > 60


def test_text_and_html_say_the_same(records: list[dict[str, Any]]) -> None:
    redactor = Redactor(frozenset(Kind))
    for record in records:
        new = redactor(record)
        shown = re.sub(r"<[^>]*>", "", new["article_body_html"] or "")
        assert MARKERS.findall(shown) == MARKERS.findall(new["article_body"] or "")
        assert Redactor(PERSONAL)(new) is new
    assert redactor.records > 20
