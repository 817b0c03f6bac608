"""``explain``: the rule that gave a field, told from the page at hand."""

from __future__ import annotations

import pytest
from parsel import Selector

from crawler.items import Article
from crawler.pages import explain as module
from crawler.pages.explain import explain

ARTICLE = """
<html><body id="nv_portal"><div id="pt"><div class="z"><a href="/">Home</a></div></div>
<div class="h hm"><h1 class="ph">Title</h1>
<p class="xg1">2024-1-2 03:04<span class="pipe">|</span>views: <em id="_viewnum">7</em></p></div>
<table class="vwtb"><tr><td id="article_content"><p>Words</p></td></tr></table>
<div id="click_div"><a id="click_aid_12_1"><img>fine</a></div></body></html>
"""


def test_every_step_of_every_rule_is_an_xpath_of_its_kind_of_page() -> None:
    missing = [
        (kind, field, step)
        for kind, (table, rules) in module._RULES.items()
        for field, options in rules.items()
        for rule in options
        for step in rule.steps
        if step not in table
    ]
    assert missing == []


def test_every_field_of_the_record_that_a_page_gives_has_a_rule() -> None:
    of_the_run = {
        "kind",
        "status",
        "moved_to",
        "observed_urls",
        "date_modified",
        "revision",
        "provenance",
    }
    assert set(Article.__dataclass_fields__) - of_the_run == set(module._ARTICLE)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("headline", 'id("_viewnum")/ancestor::div[1] » h1: text'),
        ("article_body", 'id("article_content"): paragraphs, up to the next block of the template'),
        ("pages", "the page itself: there is no pager"),
        ("content_hash", "SHA-256 over what an editor can change"),
    ],
)
def test_the_rule_that_selects_something_is_named(field: str, words: str) -> None:
    assert explain("article", Selector(ARTICLE).root, [field]) == {field: words}


def test_another_rule_is_named_where_the_first_finds_nothing() -> None:
    bare = Selector("<html><body><div><h1>Title</h1></div></body></html>").root
    assert explain("article", bare, ["headline"]) == {"headline": "//h1/.. » h1: text"}


def test_fields_and_kinds_without_rules_are_left_out() -> None:
    root = Selector(ARTICLE).root
    assert explain("article", root, ["provenance"]) == {}
    assert explain("other", root, ["headline"]) == {}
