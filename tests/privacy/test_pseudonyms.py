"""Members have pseudonyms: the same for the same person, in every field and where they are addressed in a text."""

from __future__ import annotations

import orjson
from hypothesis import given
from hypothesis import strategies as st

from crawler.privacy import Pseudonyms
from tests.privacy.record import comment, record, update
from tests.privacy.test_records import VALIDATOR

KEY = b"a key of some length"


def test_members_are_replaced_in_every_field() -> None:
    old = record(
        links=[{"url": "http://www.example.com/home.php?mod=space&uid=7", "text": "甲乙的空间"}],
        article_body="@江上清风\n\n记者：陈望舒",
        article_body_html=(
            '<p>@<b>江上清风</b></p><p><a href="http://www.example.com/space-uid-7.html">记者</a>：陈望舒'
            '<img src="http://www.example.com/uc/avatar.php?uid=7&amp;size=small" alt="头像">'
            '<a href="home.php?mod=space&amp;username=%E7%94%B2%E4%B9%99">空间</a></p>'
        ),
    )
    make = Pseudonyms(KEY)
    new = make(old)
    assert VALIDATOR.is_valid(new)
    publisher, writer = make.name("demo", "江上清风"), make.name("demo", "甲乙")
    assert new["publisher"] == {"name": publisher, "uid": make.uid("demo", 5)}
    assert [(one["author"], one["author_uid"]) for one in new["comments"]] == [
        (writer, make.uid("demo", 7)),
        (make.name("demo", "丙丁"), make.uid("demo", 8)),
        (None, None),
    ]
    assert new["comments"][1]["text"] == f"@{writer} 说得好"
    assert new["comments"][2]["text"] == f"{writer}：站里的新闻不错"
    # An author who is a member is the same person; staff is kept.
    assert new["authors"][1] == {"name": publisher, "name_raw": publisher}
    assert new["authors"][0] == old["authors"][0]
    assert new["credits"] == old["credits"]
    assert new["article_body"] == f"@{publisher}\n\n记者：陈望舒"
    html = new["article_body_html"]
    assert f"<p>@<b>{publisher}</b></p>" in html
    assert f"space-uid-{make.uid('demo', 7)}.html" in html
    assert f"avatar.php?uid={make.uid('demo', 7)}&amp;size" in html
    assert f"username={writer}" in html
    assert new["links"][0]["url"].endswith(f"uid={make.uid('demo', 7)}")
    said = orjson.dumps({name: value for name, value in new.items() if name != "links"}).decode()
    assert "江上清风" not in said
    assert "甲乙" not in said
    assert new["content_hash"] != old["content_hash"]
    assert make.records == 1


def test_staff_has_pseudonyms_where_it_is_asked_for() -> None:
    make = Pseudonyms(KEY, staff=True)
    new = make(record(article_body_html="<p>陈<i>望舒</i>报道</p>"))
    reporter = make.name("demo", "陈望舒")
    assert new["credits"]["记者"][0] == reporter
    assert f"{reporter}报道" in new["article_body"]
    assert new["article_body_html"] == f"<p>{reporter}<i></i>报道</p>"
    assert all(one["name"].startswith("member_") and one["name_raw"] == one["name"] for one in new["authors"])
    assert VALIDATOR.is_valid(new)


def test_a_number_in_an_address_that_a_text_prints() -> None:
    make = Pseudonyms(KEY)
    said = "见http://www.example.com/home.php?mod=space&uid=7&do=blog"
    html = "<p>见http://www.example.com/home.php?mod=space&amp;uid=<b>7</b>&amp;do=blog</p>"
    new = make(record(comments=[comment(1, None, None, said)], article_body=said, article_body_html=html))
    number = make.uid("demo", 7)
    assert new["comments"][0]["text"] == new["article_body"] == said.replace("uid=7", f"uid={number}")
    assert new["article_body_html"] == html.replace("<b>7</b>", f"<b>{number}</b>")


def test_the_same_person_on_two_sites_is_nobody_known() -> None:
    make = Pseudonyms(KEY)
    assert make.name("a", "甲乙") != make.name("b", "甲乙")
    assert make.uid("a", 5) != make.uid("b", 5)
    assert make.name("a", "甲乙") == Pseudonyms(KEY).name("a", "甲乙") != Pseudonyms(b"another key").name("a", "甲乙")
    assert make.name("a", "ＡＢＣ") == make.name("a", "abc ")


def test_source_and_other_fields_stay() -> None:
    old = record(is_based_on={"name": "江上清风", "url": None})
    assert Pseudonyms(KEY)(old)["is_based_on"] == old["is_based_on"]
    bare = {"id": "demo:1", "kind": "article", "status": "gone", "url": "http://www.example.com/"}
    assert Pseudonyms(KEY)(bare) == bare


def test_new_comments() -> None:
    make = Pseudonyms(KEY)
    new = make(update(comment(9, "甲乙", 7, "回复 丙丁：好"), comment(10, "丙丁", 8, "甲乙 发表于 2026-11-1\n好")))
    assert [one["text"] for one in new["comments"]] == [
        f"回复 {make.name('demo', '丙丁')}：好",
        f"{make.name('demo', '甲乙')} 发表于 2026-11-1\n好",
    ]


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=15)


@given(NAMES, st.integers(1, 2**53 - 1))
def test_a_pseudonym_tells_nothing(name: str, uid: int) -> None:
    make = Pseudonyms(KEY)
    new = make(update(comment(9, name, uid, f"@{name}")))["comments"][0]
    assert new["author"] == make.name("demo", name)
    assert new["text"] == f"@{new['author']}"
    assert 1 <= new["author_uid"] < 2**53
    assert new["author_uid"] != uid


def test_members_do_not_share_pseudonyms() -> None:
    make = Pseudonyms(KEY)
    assert len({make.uid("demo", uid) for uid in range(1, 20_001)}) == 20_000
    assert len({make.name("demo", str(uid)) for uid in range(20_000)}) == 20_000
