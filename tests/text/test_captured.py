"""The bodies of captured pages against what is in the databases that they were made from."""

from __future__ import annotations

import re
from typing import Any

import pytest
from parsel import Selector

from crawler import text
from crawler.pages.article import ArticlePage
from tests import captured

PAGES = [
    entry
    for entry in captured.manifest()
    if entry["truth_aid"] is not None
    and entry["status"] == 200
    and (entry["content_type"] or "").startswith("text/html")
    and b'id="article_content"' in captured.read(entry["file"])
]


def page_number(url: str) -> int:
    """The page of an article that a captured address asks for."""
    printed = re.search(r"[?&]page=(\d+)|article-\d+-(\d+)", url)
    return int(printed[1] or printed[2]) if printed else 1


def dense(words: str) -> str:
    """Text without white space, as the truth is compared."""
    return re.sub(r"\s", "", words)


@captured.needs_captured
@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry["file"])
def test_a_body_is_what_was_written(entry: dict[str, Any]) -> None:
    charset = "gb18030" if "gbk" in entry["content_type"] else "utf-8"
    html = captured.read(entry["file"]).decode(charset)
    article = captured.truth(entry["site"])[entry["truth_aid"]]
    page = page_number(entry["url"])
    raw = ArticlePage(Selector(html), entry["url"]).raw()
    body = text.analyse(raw.body, raw.base_url)
    if page > len(article["body_text"]):
        assert body.paragraphs == []
        return
    assert list(map(dense, body.paragraphs)) == list(map(dense, article["body_text"][page - 1]))
    assert [image.url for image in body.images] == article["images"][page - 1]
    files = [(file.url, file.name) for file in body.attachments]
    media = [found.url for found in body.videos + body.audios]
    written_files = [(file["url"], file["name"]) for file in article["attachments"]]
    written_media = [found["url"] for found in article["media"]]
    if len(article["body_text"]) == 1:
        assert (files, media) == (written_files, written_media)
    else:  # the truth does not say on which page they are
        assert set(files) <= set(written_files)
        assert set(media) <= set(written_media)
    again = text.analyse(text.fragment(body.html), raw.base_url)
    assert (again.paragraphs, again.html) == (body.paragraphs, body.html)
    assert [image.url for image in again.images] == [image.url for image in body.images]
