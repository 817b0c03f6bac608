"""What is blocked is in no record: articles, comments, persons, and links to articles."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from crawler.discuz.urls import Grammar
from crawler.privacy import LeavesOut, parse_blocks
from tests.privacy.record import comment, record, update
from tests.privacy.test_records import VALIDATOR

GRAMMAR = Grammar("http://www.example.com/")


def leave_out(*entries: str) -> LeavesOut:
    return LeavesOut(parse_blocks("\n".join(entries), "x").of_site("demo", GRAMMAR), GRAMMAR)


@pytest.mark.parametrize(
    "entry",
    ["demo:12", "http://www.example.com/portal.php?aid=12&mod=view", "https://www.example.com/article-12-1.html"],
)
def test_an_article_is_left_out_wholly(entry: str) -> None:
    out = leave_out(entry)
    assert out(record()) is None
    assert out(update(comment(9, None, None, "好"))) is None
    assert out({"id": "demo:12", "kind": "article", "status": "gone", "url": "http://www.example.com/"}) is None
    other = record(id="demo:120")
    assert out(other) is other
    assert (out.articles, out.comments, out.changed) == (3, 0, 0)


def test_new_comments_on_an_article_that_is_known_by_its_address_alone() -> None:
    blocks = parse_blocks("http://www.example.com/n/12/", "x").of_site("demo", GRAMMAR, strict=False)
    out = LeavesOut(blocks, GRAMMAR)
    comments = update(comment(9, None, None, "好"))
    assert out(comments) is comments
    assert out(record(observed_urls=["http://www.example.com/n/12/"])) is None
    assert out(comments) is None


def test_links_to_it_go_too() -> None:
    new = leave_out("demo:11", "http://www.example.com/article-13-1.html")(record())
    assert new is not None
    assert (new["previous"], new["related"]) == (None, [])
    assert new["content_hash"] == record()["content_hash"], "they are no part of what an editor writes"
    assert VALIDATOR.is_valid(new)


def test_a_comment_goes_with_what_is_quoted_of_it() -> None:
    out = leave_out("comment:demo:21")
    new = out(record())
    assert new is not None
    assert [(one["id"], one["quote"]) for one in new["comments"]] == [(22, None), (23, None)]
    assert new["comments_complete"] is False
    assert VALIDATOR.is_valid(new)
    assert out(update(comment(21, "甲乙", 7, "好"))) is None
    kept = update(comment(24, "甲乙", 7, "好"))
    assert out(kept) is kept
    cut = record(
        comments=[comment(21, "甲乙", 7, "我们都认为不妥当"), comment(22, None, None, "同意", "我们都认为 ...")]
    )
    assert (out(cut) or {})["comments"][0]["quote"] is None
    short = record(comments=[comment(21, "甲乙", 7, "很好"), comment(22, None, None, "同意", "好")])
    assert (out(short) or {})["comments"][0]["quote"] == "好"


@pytest.mark.parametrize("entry", ["person:江上清风", "uid:demo:5"])
def test_an_article_of_a_blocked_person_stays_without_the_name(entry: str) -> None:
    new = leave_out(entry)(record())
    assert new is not None
    assert VALIDATOR.is_valid(new)
    assert new["publisher"] is None
    assert [one["name"] for one in new["authors"]] == [record()["authors"][0]["name"]]
    assert "江上清风" not in orjson.dumps(new).decode()
    assert "@[已隐去]" in new["article_body"]
    assert "@[已隐去]" in new["article_body_html"]
    assert new["content_hash"] != record()["content_hash"]


def test_a_person_is_named_nowhere() -> None:
    old = record(
        headline="陈望舒：报道",
        article_body_html="<p>陈<b>望舒</b>报道</p>",
        is_based_on={"name": "陈望舒", "url": None},
        comments=[comment(21, "陈望舒", None, "谢谢"), comment(22, "甲", 3, "陈望舒写得好")],
    )
    new = leave_out("person:陈望舒")(old)
    assert new is not None
    assert "陈望舒" not in orjson.dumps(new).decode()
    assert new["headline"] == "[已隐去]：报道"
    assert new["article_body_html"] == "<p>[已隐去]<b></b>报道</p>"
    assert new["is_based_on"] is None
    assert new["credits"] == {"记者": [record()["credits"]["记者"][1]]}
    assert [(one["id"], one["text"]) for one in new["comments"]] == [(22, "[已隐去]写得好")]
    assert VALIDATOR.is_valid(new)


def test_what_names_nobody_is_the_same_record() -> None:
    old = record()
    out = leave_out("person:欧阳修远", "uid:demo:99", "comment:demo:99")
    assert out(old) is old
    bare: dict[str, Any] = {"id": "demo:1", "kind": "article", "status": "gone", "url": "http://www.example.com/"}
    assert out(bare) is bare


def test_a_second_time_changes_nothing() -> None:
    out = leave_out("person:江上清风", "comment:demo:21", "uid:demo:8", "demo:13")
    once = out(record())
    assert once is not None
    assert out(once) is once
