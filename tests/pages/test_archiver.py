"""Discuz!'s text-only copies (``source/archiver``, X3.1-X3.5): boards and threads, nothing of the portal."""

from __future__ import annotations

import pytest

from crawler.pages import ArchiverPage, kind_of, parse

ROOT = "http://harbour.example/archiver/"


def page(content: str, *, title: str = "渔汛", base: str = ROOT) -> str:
    return f"""<html><head><base href="{base}" /></head><body vlink="#333333" link="#333333"><div id="nav">
<a href="./">论坛</a> &rsaquo; {title}</div><div id="content">{content}</div><div id="end">查看完整版本:
<a href="../forum.php?mod=forumdisplay&fid=2&page=1" target="_blank"><strong>渔汛</strong></a></div></body></html>"""


def test_a_board_links_to_threads() -> None:
    rows = (
        '<ul type="1"><li><a href="?tid-63.html">渡轮</a> (8篇回复)<li><a href="?tid-62.html">夜市</a> (3篇回复)</ul>'
    )
    pager = (
        '<div class="page">页: <a href="?fid-2.html&page=1">1</a> <strong>[2]</strong> <a href="?x&page=3">3</a></div>'
    )
    source = parse(page(rows + pager))
    assert kind_of(source, f"{ROOT}?fid-2.html&page=2") == "archiver"
    raw = ArchiverPage(source, f"{ROOT}?fid-2.html&page=2").raw()
    assert [(link.text, link.url) for link in raw.links] == [
        ("渡轮", f"{ROOT}?tid-63.html"),
        ("夜市", f"{ROOT}?tid-62.html"),
    ]
    assert (raw.title, raw.page, raw.pages) == ("渔汛", 2, 3)
    assert raw.full is not None
    assert raw.full.url == "http://harbour.example/forum.php?mod=forumdisplay&fid=2&page=1"


def test_an_index_without_pager() -> None:
    raw = ArchiverPage(
        parse(page("<h3>Discuz!</h3><ul><li><a href='?fid-2.html'>渔汛</a></li></ul>", title="")), ROOT
    ).raw()
    assert ([link.text for link in raw.links], raw.title, raw.page, raw.pages) == (["渔汛"], None, 1, 1)


@pytest.mark.parametrize("base", ["http://harbour.example/", "http://harbour.example/archivers/"])
def test_other_pages_are_none(base: str) -> None:
    assert kind_of(parse(page("", base=base)), "http://harbour.example/x") == "other"


def test_an_empty_page() -> None:
    raw = ArchiverPage(parse("<p>x</p>"), ROOT).raw()
    assert (raw.title, raw.links, raw.full) == (None, [], None)
