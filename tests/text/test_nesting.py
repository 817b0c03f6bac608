"""Markup nested deeper than parsers read: nothing may be lost, and nothing may take long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import text
from crawler.text.nesting import DEEPEST, shallow


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 3000 + "a" + "</div>" * 3000 + "b",
        "<div>a" * 3000 + "b",
        "<font>" * 5000 + "a" + "</font>" * 5000 + "b",
        "<b><i>" * 3000 + "a<br>" + "b",
        "<table><tr><td>" * 900 + "a" + "</td></tr></table>" * 900 + "b",
        "<ul><li>a" * 1500 + "b",
        "<section><p>a</p>" * 3000,
        '<a href="/x"><span>' * 2500 + "a",
        "<p>a" * 5000,
        "<blockquote>" * 2500 + "<ignore_js_op>x</ignore_js_op><script>x</script>a",
        "<div>" * 2500 + "<script>'<div>'</script><!-- <div> --><img src='/a.png'>a",
        "</div>" * 3000 + "a",
        "<div>" * 2500 + "</b>a",
    ],
    ids=lambda html: html[:20],
)
def test_no_text_is_lost_however_deep(html: str) -> None:
    seen = re.sub(r"<script>.*?</script>|<!--.*?-->|<ignore_js_op>.*?</ignore_js_op>|<[^>]*>", "", html)
    body = text.analyse(text.fragment(html), "http://h/")
    assert "".join(body.paragraphs) == seen
    again = text.analyse(text.fragment(body.html), "http://h/")
    assert again.paragraphs == body.paragraphs
    assert again.html == body.html


def test_lines_stay_apart_however_deep() -> None:
    html = "<div>" * 2500 + "a<div>b</div>c<p>d</p>" + "</div>" * 2500
    assert text.paragraphs(text.fragment(html)) == ["a", "b", "c", "d"]


def test_blocks_in_shallow_markup_stay() -> None:
    html = "<div>" * 100 + "a" + "</div>" * 100
    assert text.safe_html(text.fragment(html), "") == html


@given(st.lists(st.sampled_from(["<div>", "</div>", "<b>", "</b>", "<p>", "<br>", "<img>", "a", "<"]), max_size=60))
def test_what_cannot_be_deep_stays_as_it_is(parts: list[str]) -> None:
    html = "".join(parts)
    assert shallow(html) is html


def test_what_has_many_tags_but_is_not_deep_stays_as_it_is() -> None:
    html = "<p>a" * (DEEPEST + 10) + "<br>" * DEEPEST + "<div>b</div>" * DEEPEST
    assert shallow(html) == html


def test_only_what_is_too_deep_is_taken_away() -> None:
    html = "<div>" * DEEPEST + '<span class="x">a</span><div>b<a href="c">d</a></div><br>' + "</div>" * DEEPEST
    assert shallow(html) == "<div>" * DEEPEST + 'a<br>b<a href="c">d</a><br><br>' + "</div>" * DEEPEST


@pytest.mark.parametrize(
    "piece", ["<!-- ", "<script>", "<title>", "<textarea>a", "<a ", '<a b="', "<a b='", '<a "', "<a b", "<"]
)
def test_what_is_left_open_is_read_once(piece: str) -> None:
    """Reading on to the end from each of these would take minutes."""
    html = piece * (400_000 // len(piece))
    assert len(shallow(html)) <= len(html)


def test_quotes_keep_a_tag_together() -> None:
    html = "<div>" * (DEEPEST + 1) + """<b title="> </b><div>" x='>' y=a"b z>c</b>"""
    assert shallow(html) == "<div>" * DEEPEST + "<br>c"
