"""Rewrite rules: which are rules at all, and in which order they are read."""

from __future__ import annotations

import doctest

import pytest

from crawler.discuz import dates, reading, styles, targets
from crawler.discuz.styles import Style, compiled, fill, readers


@pytest.mark.parametrize("module", [dates, reading, styles, targets], ids=lambda module: module.__name__)
def test_examples_in_docstrings(module: object) -> None:
    result = doctest.testmod(module)  # type: ignore[arg-type]  # typed as ModuleType, which parametrize does not keep
    assert result.attempted > 0
    assert result.failed == 0


def test_a_style_is_dynamic_unless_it_says_otherwise() -> None:
    assert Style() == Style.DYNAMIC
    assert Style.DYNAMIC.article == ""
    assert Style.REWRITTEN.article == "article-{id}-{page}.html"


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("article", "article-{page}.html"),
        ("article", "article-{id}-{id}.html"),
        ("article", "article-{id}-{name}.html"),
        ("article", "article-{id}-{}.html"),
        ("topic", "topic.html"),
        ("member", "space-{value}.html"),
        ("thread", "thread-{id}-{page}.html"),
        ("board", "forum-{page}.html"),
    ],
)
def test_a_rule_holds_what_names_the_thing_and_nothing_unknown(kind: str, rule: str) -> None:
    with pytest.raises(ValueError, match=kind):
        Style(**{kind: rule})


@pytest.mark.parametrize("rule", ["/a-{id}.html", "a.php?id={id}", "a-{id}{page}.html", "a {id}.html", "a%20{id}.html"])
def test_a_rule_is_a_path_that_can_be_read_back(rule: str) -> None:
    with pytest.raises(ValueError, match="path below the site root"):
        Style(article=rule)


def test_only_variables_of_a_rule_are_variable() -> None:
    expression = compiled("a.b+{id}.html")
    assert expression.fullmatch("a.b+12.html")
    assert not expression.fullmatch("axb+12.html")
    assert not expression.fullmatch("a.b+x.html")
    assert fill("a.b+{id}.html", id=12) == "a.b+12.html"


def test_a_topic_s_rule_is_tried_last_since_its_name_can_be_anything() -> None:
    greedy = readers(Style(topic="{name}.html"))
    assert [kind for kind, _ in greedy][-2:] == ["topic", "topic"]
    assert len(readers(Style.REWRITTEN)) == 6
