"""Block: blocked articles are dropped, and what is blocked of others is taken out before it is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.settings import Settings
from scrapy.statscollectors import MemoryStatsCollector

from crawler.discuz.urls import Grammar
from crawler.errors import StorageError, UsageError
from crawler.items import Article, ArticleLink, Author, Comment, Discuz, Provenance, Publisher, SiteInfo
from crawler.pipelines.block import Blocked, BlockPipeline
from crawler.pipelines.block_files import block_files, read_blocks
from crawler.privacy import parse_blocks

GRAMMAR = Grammar("http://www.example.com/")


def pipeline(*entries: str) -> BlockPipeline:
    blocks = parse_blocks("\n".join(entries), "x").of_site("demo", GRAMMAR)
    crawler: Any = SimpleNamespace(spider=SimpleNamespace(blocks=blocks, grammar=GRAMMAR))
    crawler.stats = MemoryStatsCollector(cast("Any", SimpleNamespace(settings=Settings())))
    return BlockPipeline.from_crawler(cast("Crawler", crawler))


def article() -> Article:
    return Article(
        id="demo:12",
        url="http://www.example.com/portal.php?mod=view&aid=12",
        headline="江上清风报道",
        authors=[Author("江上清风", "江上清风"), Author("王", "王")],
        publisher=Publisher("江上清风", 5),
        comments=[Comment(21, "甲", 7, None, "好"), Comment(22, None, None, None, "不好")],
        comments_complete=True,
        previous=ArticleLink("http://www.example.com/portal.php?mod=view&aid=11", "前", 11),
        content_hash="a" * 64,
        site=SiteInfo(name=None, host="www.example.com"),
        discuz=Discuz(aid=12),
        provenance=Provenance(None, None, 200, None, None, None),
    )


@pytest.mark.parametrize("entry", ["demo:12", "http://www.example.com/article-12-1.html"])
def test_a_blocked_article_is_dropped(entry: str) -> None:
    block = pipeline(entry)
    with pytest.raises(Blocked):
        block.process_item(article())
    assert block.crawler.stats.get_value("discuz/record/blocked_count") == 1


def test_what_is_blocked_of_others_is_taken_out() -> None:
    block = pipeline("comment:demo:21", "person:江上清风", "demo:11")
    item = block.process_item(article())
    assert item == replace(
        article(),
        headline="[已隐去]报道",
        authors=[Author("王", "王")],
        publisher=None,
        comments=[Comment(22, None, None, None, "不好")],
        comments_complete=False,
        previous=None,
        content_hash=item.content_hash,
    )
    assert item.content_hash != "a" * 64
    assert block.crawler.stats.get_value("discuz/record/partly_blocked_count") == 1


def test_others_pass_as_they_are() -> None:
    item = article()
    block = pipeline("demo:13")
    assert block.process_item(item) is item
    assert item == article()
    assert block.crawler.stats.get_stats() == {}


def test_without_a_list_there_is_no_pipeline() -> None:
    with pytest.raises(NotConfigured):
        pipeline("other:12")


def test_lists_of_all_sites_of_one_and_one_that_is_set(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    settings = Settings({"DISCUZ_DATA_DIR": str(tmp_path), "DISCUZ_BLOCK_FILE": None})
    assert block_files(settings, "demo") == []
    for path, line in (("blocked.txt", "demo:1"), ("demo/blocked.txt", "\ufeffdemo:2"), ("other.txt", "demo:3")):
        (tmp_path / path).write_text(line, encoding="utf-8")
    assert read_blocks(block_files(settings, "demo")).ids == {"demo": {1, 2}}
    assert read_blocks(block_files(settings, "elsewhere")).ids == {"demo": {1}}
    settings.set("DISCUZ_BLOCK_FILE", str(tmp_path / "other.txt"))
    assert read_blocks(block_files(settings, "demo")).ids == {"demo": {1, 2, 3}}


def test_a_list_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "blocked.txt"
    with pytest.raises(UsageError, match=r"blocked\.txt: it is not there: give one that is"):
        read_blocks([path])
    path.write_bytes("# 名单\n".encode() + "person:王小明".encode("gbk"))
    with pytest.raises(UsageError, match=r"blocked\.txt: line 2 is no UTF-8"):
        read_blocks([path])
    path.unlink()
    path.mkdir()
    with pytest.raises(StorageError, match=r"blocked\.txt: Is a directory"):
        read_blocks([path])
