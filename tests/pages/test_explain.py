"""``explain``: the rule that gave a field, told from the page at hand."""

from __future__ import annotations

import pytest
from parsel import Selector

from crawler.items import Article
from crawler.pages import explain as module
from crawler.pages import load_theme
from crawler.pages.article.page import FIELDS
from crawler.pages.explain import explain

ARTICLE = """
<html><body id="nv_portal"><div id="pt"><div class="z"><a href="/">Home</a></div></div>
<div class="h hm"><h1 class="ph">Title</h1>
<p class="xg1">2024-1-2 03:04<span class="pipe">|</span>views: <em id="_viewnum">7</em></p></div>
<table class="vwtb"><tr><td id="article_content"><p>Words</p></td></tr></table>
<div id="click_div"><a id="click_aid_12_1"><img>fine</a></div></body></html>
"""
STRANGE = """
<html><head><title>Low water - Harbour - Quay</title></head><body><h2>News</h2><h3>Low water</h3>
<div class="by"><a href="space-uid-3.html">Ada</a> <span>2031-5-3 08:05</span></div>
<div class="words"><p>The tide went out at eight and did not come back before noon.</p></div>
<div id="comment_ul"></div></body></html>
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


def test_every_field_of_the_record_that_a_page_gives_is_made_of_fields_of_the_page() -> None:
    of_the_run = {"kind", "status", "moved_to", "observed_urls", "date_modified", "revision", "provenance"}
    assert set(Article.__dataclass_fields__) - of_the_run == set(module._ARTICLE)
    assert {name for made in module._ARTICLE.values() for name in made.of} <= set(FIELDS)


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("headline", 'id("_viewnum")/ancestor::div[1]/h1'),
        ("article_body", 'id("article_content"): paragraphs'),
        ("pages", "the page itself: there is no pager"),
        ("content_hash", "SHA-256 over what an editor can change"),
        ("id", 'id("click_div")//@id[starts-with(., "click_aid_")]: the site\'s name and the article\'s number'),
    ],
)
def test_the_rule_that_gave_a_field_is_named(field: str, words: str) -> None:
    assert explain("article", Selector(ARTICLE).root, [field]) == {field: words}


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("headline", "the heading with whose words the title element begins"),
        ("date_published_raw", "the small print between heading and text: what has the form of a date"),
        ("publisher", "the small print between heading and text: the link to a member"),
        ("article_body", "what stands between the small print after the heading and the next block of the core: par"),
        ("id", "the number in the page's address"),
    ],
)
def test_another_rule_is_named_on_another_page(field: str, words: str) -> None:
    assert explain("article", Selector(STRANGE), [field], url="portal.php?mod=view&aid=3")[field].startswith(words)


def test_a_themes_selector_is_named() -> None:
    theme = load_theme("x", {"article": {"title": ["h1", "h2"], "date": "", "author": "em.nobody"}})
    said = explain("article", Selector(STRANGE), ["headline"], theme=theme, missing=["date_published", "authors"])
    assert said["headline"] == "theme: h2"
    assert said["date_published"] == "not looked for any further: [theme.article] date ends with an empty selector"
    assert said["authors"].startswith("not found; tried in this order: theme: em.nobody; p[em[@id=")


def test_of_a_missing_field_what_was_tried_and_what_would_mend_it_is_said() -> None:
    said = explain(
        "article", Selector(STRANGE), ["headline"], missing=["view_count", "credits", "provenance", "headline"]
    )
    assert set(said) == {"headline", "view_count", "credits"}
    assert 'id("_viewnum")' in said["view_count"]
    assert said["view_count"].endswith('to mend it: [theme.article] views = "a selector"')
    assert said["credits"].endswith("lines of the text that name a role: none there")


def test_fields_and_kinds_without_rules_are_left_out() -> None:
    root = Selector(ARTICLE).root
    assert explain("article", root, ["provenance"]) == {}
    assert explain("other", root, ["headline"]) == {}
