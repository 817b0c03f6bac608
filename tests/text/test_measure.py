"""What no page has so much of, and what large pages may have."""

from __future__ import annotations

import pytest

from crawler.text import measure
from crawler.text.measure import MOST_ATTRIBUTES, MOST_CHARACTERS, MOST_REFERENCES, MOST_TAGS, excess

NAMES = [f"a{n}" for n in range(25_000)]
WORDS = " ".join(NAMES[: MOST_ATTRIBUTES - 100])
LONG = "<p>" + "x" * 60_000 + "</p>"


def flood(form: str, between: str = " ") -> str:
    """A tag of very many attributes in some form."""
    return "<p " + between.join(form.replace("a", name, 1) for name in NAMES) + ">"


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ("x" * (MOST_CHARACTERS + 1), "characters"),
        ("<b>" * (MOST_TAGS + 1), "tags"),
        ("</b>" * (MOST_TAGS + 1), "tags"),
        ("<" * (MOST_TAGS + 1), "tags"),
        ("&" * (MOST_REFERENCES + 1), "references"),
    ],
)
def test_more_than_any_page_has(html: str, what: str) -> None:
    assert what in excess(html)
    assert not excess(html[: len(html) // 2])


FORMS = [
    ("a", " "),
    ("a", "/"),
    ("a=b", "\n"),
    ("a='<b>'", " "),
    ('a=">"', ""),
    ('a = "b" ', " "),
    ("a='\"'", " "),
    ('a="\'>"', " "),
]
HIDING = ["<!--", "<!-->", "<script>", "<title>", '<a href="', "<x y='", "<p>a<b ", "</p "]


@pytest.mark.parametrize(
    ("before", "form", "between"),
    [
        *(("", *form) for form in FORMS),
        *((before, *form) for before in HIDING for form in (FORMS[0], FORMS[4])),
    ],
)
def test_a_tag_of_very_many_attributes_cannot_be_hidden(before: str, form: str, between: str) -> None:
    assert "attributes" in excess(f"{before}{flood(form, between)}{LONG}")


def test_one_that_does_not_end_counts_as_well() -> None:
    assert "attributes" in excess(flood("a", " ").removesuffix(">"))


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>x</p>" * (MOST_TAGS // 2),
        '<p id="a" class="b" title="c / d" style=\'color: red\' hidden>x</p>\n' * 4000,
        f"<script>if (a <b && c) {{ var data = {WORDS}; }} while (d > e);</script>" * 20,
        "words without an end " * 8000,
        f"<p title='{' '.join(NAMES)}'>x</p>" * 5,
        '<a href="/a/b/c">x</a> \'"' * 4000,
        "<p a = b c=d e/>" * 6000,
    ],
    ids=lambda html: html[:40],
)
def test_a_large_page_is_a_page(html: str) -> None:
    assert excess(html) == ""


def test_attributes_are_counted_in_large_pages_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measure, "_attributes", lambda html: pytest.fail("counted"))
    assert excess("<p a b c>" * 5000) == ""
    assert excess("字" * 500_000) == ""
