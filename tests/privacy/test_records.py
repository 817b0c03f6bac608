"""Records: every field that people write is redacted, and no other is touched."""

from __future__ import annotations

import copy
from importlib.resources import files
from typing import Any

import jsonschema_rs
import orjson

from crawler.privacy import PERSONAL, Kind, Redactor
from tests.privacy.record import PHONE, comment, record, update

VALIDATOR = jsonschema_rs.Draft202012Validator(
    orjson.loads(files("crawler").joinpath("record.schema.json").read_bytes()), validate_formats=True
)
UNTOUCHED = ("url", "observed_urls", "main_image", "site", "discuz", "provenance", "view_count", "reactions", "id")


def test_every_field_that_people_write_is_redacted() -> None:
    old = record()
    assert VALIDATOR.is_valid(old)
    before = copy.deepcopy(old)
    redactor = Redactor(PERSONAL)
    new = redactor(old)
    assert VALIDATOR.is_valid(new)
    assert old == before
    assert [name for name in UNTOUCHED if new[name] != old[name]] == []
    left = orjson.dumps({name: value for name, value in new.items() if name not in UNTOUCHED}).decode()
    # What is left are names of files and a number of bytes.
    for kept in (f"{PHONE}.jpg", f"{PHONE}.doc", '"size":13800138000', "13/80", "1380" * 16):
        left = left.replace(kept, "")
    assert PHONE not in left
    assert "1380013" not in left.replace("<b></b>", "")
    assert "a@example.com" not in left
    assert new["article_body_html"].startswith("<p>联系<b>[手机号]</b></p><p>陈望舒报道")
    assert 'href="mailto:[邮箱]"' in new["article_body_html"]
    assert 'alt="图[手机号]"' in new["article_body_html"]
    assert new["links"] == [{"url": "mailto:[邮箱]", "text": "打[手机号]"}]
    assert new["authors"][0] == {"name": "王[手机号]", "name_raw": "作者：王[手机号]"}
    assert new["credits"] == {"记者": ["陈望舒", "李[手机号]"]}
    assert redactor.records == 1
    assert redactor.counts == {Kind.MOBILE: 16, Kind.EMAIL: 2}


def test_a_second_time_changes_nothing() -> None:
    once = Redactor(PERSONAL)(record())
    again = Redactor(PERSONAL)
    assert again(once) is once
    assert (again.records, again.counts) == (0, {})


def test_a_hash_does_not_tell_what_was_taken_out() -> None:
    first, second = (Redactor(PERSONAL)(record(description=f"摘要1380013800{digit}")) for digit in (1, 2))
    assert first["content_hash"] == second["content_hash"] != record()["content_hash"]
    assert Redactor({Kind.BANK_CARD})(record())["content_hash"] == record()["content_hash"]
    other = Redactor(PERSONAL)(record(description="另一个"))
    assert other["content_hash"] != first["content_hash"]


def test_new_comments_and_bare_records() -> None:
    assert Redactor(PERSONAL)(update(comment(9, "甲", 1, PHONE)))["comments"][0]["text"] == "[手机号]"
    bare: dict[str, Any] = {"id": "demo:1", "kind": "article", "status": "gone", "url": "http://www.example.com/"}
    assert Redactor(PERSONAL)(bare) is bare
    nothing = record(comments=None, credits={}, authors=[], publisher=None, article_body=None, article_body_html=None)
    assert Redactor(PERSONAL)(nothing)["comments"] is None
