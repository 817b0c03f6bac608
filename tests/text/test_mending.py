"""End tags without beginnings, in whole pages."""

from __future__ import annotations

import pytest
from lxml.etree import tostring

from crawler import text
from crawler.text.mending import mended, unended


@pytest.mark.parametrize(
    ("html", "tree"),
    [
        ("<p>a</p>b", "<p>a</p>b"),
        ("a</p>b", "a<p/>b"),
        ("<p>a</p></p>b", "<p>a</p><p/>b"),
        ("<P>a<DIV>b</DIV></P>c", "<p>a</p><div>b</div><p/>c"),
        ("<ul><li><p>a</li></p>b</ul>", "<ul><li><p>a</p></li><p/>b</ul>"),
        ("<p>a<b>b</p>c</b></p>d", "<p>a<b>b</b></p>c<p/>d"),
        ("<p/>a</p>b", "<p/>a<p/>b"),
        ("a</br>b</BR >c", "a<br/>b<br/>c"),
        ("a</p><!-- </p> --><script>'</p>'</script>b", "a<p/><!-- </p> --><script>'</p>'</script>b"),
        ('a</p><b title="</p>">b</b>', 'a<p/><b title="&lt;/p&gt;">b</b>'),
        ("<div>a</body>b</div><p>c</p></html>d", "<div>ab</div><p>c</p>d"),
        ("a</BODY></HTML>b", "ab"),
        ("a</body></html>\n<!-- b -->", "a\n<!-- b -->"),
    ],
)
def test_a_page_reads_as_in_a_browser(html: str, tree: str) -> None:
    root = text.document(f"<html><body>{html}")
    assert (
        tostring(root, encoding="unicode", method="xml").replace("&lt;/p&gt;'", "</p>'")
        == f"<html><body>{tree}</body></html>"
    )


def test_a_page_that_ends_as_it_should_stays_as_it_is() -> None:
    html = "<html><body><p>a</p></body>\r\n</html>\r\n"
    assert unended(html) is html
    assert mended(html) == html


@pytest.mark.parametrize("before", ["\ufeff", "\ufeff\ufeff\r\n", " \n\ufeff "])
def test_marks_before_a_page_are_no_text(before: str) -> None:
    root = text.document(f"{before}<!DOCTYPE html><html><head><title>a</title></head><body>b</body></html>")
    assert [child.tag for child in root] == ["head", "body"]
