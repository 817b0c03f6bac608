"""Articles of the captured sites, field by field against what is in their databases, as captured and permuted."""

from __future__ import annotations

import re

import pytest

from tests import permuting
from tests.captured import HERE, needs_captured
from tests.comparing.articles import FIELDS, read
from tests.comparing.pages import Captured, all_pages

pytestmark = needs_captured

PAGES = all_pages(HERE, "article")


@pytest.mark.parametrize("page", [page for page in PAGES if page.permuted and not page.touch], ids=str)
def test_nothing_is_left_of_what_was_permuted(page: Captured) -> None:
    plain = Captured(HERE, page.file)
    about = plain.about
    assert plain.host in plain.text
    assert plain.host not in page.text
    assert about["publisher"] in plain.text
    assert page.text.count(f"click_aid_{permuting.number(about['aid'])}_") == len(about["reactions"])
    assert f"_{about['aid']}_" not in page.text
    ideographs = re.search(r"[\u4e00-\u9fa5]{4,}", about["title"])
    assert ideographs is None or ideographs[0] not in page.text


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("page", PAGES, ids=str)
def test_article(page: Captured, field: str) -> None:
    for found, expected in FIELDS[field](read(page)):
        assert found == expected
