"""Block lists: what is read of a line, and what is said of one that cannot be read."""

from __future__ import annotations

import pytest

from crawler.discuz.urls import Grammar, Style, key
from crawler.errors import UsageError
from crawler.privacy import Blocks, parse_blocks
from crawler.privacy.blocking import BlockList, Entry

GRAMMAR = Grammar("http://www.example.com/", aliases=("https://old.example.com/bbs/",))

LIST = """\
# what we were asked for
http://www.example.com/portal.php?mod=view&aid=12  2026-11-20 withdrawn
https://www.example.com/article-13-2.html?from=weixin#top
http://www.example.com/portal.php?aid=14&mobile=2&mod=view
https://old.example.com/bbs/portal.php?mod=view&aid=15
http://elsewhere.example/portal.php?mod=view&aid=99
demo:16\t2026-11-21\tby phone
other:17

comment:demo:21   # rude
uid:demo:5
uid:other:6
person:王小明 2026-11-22
person:"Jane Doe" by mail
person:"刘 三"
"""


def test_every_kind_of_entry() -> None:
    blocks = parse_blocks(LIST, "blocked.txt")
    assert len(blocks.entries) == 13
    assert blocks.of_site("demo", GRAMMAR) == Blocks(
        aids=frozenset({12, 13, 14, 15, 16}),
        comments=frozenset({21}),
        uids=frozenset({5}),
        persons=frozenset({"王小明", "jane doe", "刘 三"}),
        names=("王小明", "Jane Doe", "刘 三"),
    )
    assert blocks.of_site("other", None).aids == {17}
    assert not parse_blocks("# nothing\n\n   \n", "x").of_site("demo", GRAMMAR)


def test_an_article_that_is_a_file_is_known_by_its_address() -> None:
    blocks = parse_blocks("http://www.example.com/html/a/spring.html", "x").of_site("demo", GRAMMAR)
    assert not blocks.aids
    assert blocks.holds_article(None, [key(GRAMMAR.parse("https://www.example.com/html/a/spring.html?from=x"))])
    assert not blocks.holds_article(None, [key(GRAMMAR.parse("http://www.example.com/html/a/summer.html"))])


def test_a_rewrite_rule_that_is_not_known() -> None:
    listed = parse_blocks("http://www.example.com/n/12/", "x")
    known = Grammar("http://www.example.com/", Style(article="n/{id}/"))
    assert listed.of_site("demo", known).aids == {12}
    with pytest.raises(UsageError, match="names no article of demo"):
        listed.of_site("demo", GRAMMAR)
    assert len(listed.of_site("demo", GRAMMAR, strict=False).keys) == 1


@pytest.mark.parametrize(
    "line",
    [
        "demo",
        "demo:",
        "demo:0",
        "demo:x",
        ":12",
        "uid:5",
        "uid:demo:x",
        "comment:17",
        "ftp://www.example.com/",
        "王小明",
    ],
)
def test_what_is_no_entry(line: str) -> None:
    with pytest.raises(UsageError, match=r"blocked.txt: line 2: .* names nothing that can be blocked: give an article"):
        parse_blocks(f"# reason\n{line}\n", "blocked.txt")


def test_a_name_of_one_letter_stands_in_every_text() -> None:
    with pytest.raises(UsageError, match="line 1: person:王 is too short a name"):
        parse_blocks("person:王", "blocked.txt")


def test_an_address_of_this_site_that_is_no_article() -> None:
    blocks = parse_blocks("\nhttp://www.example.com/portal.php?mod=list&catid=3", "blocked.txt")
    with pytest.raises(UsageError, match=r"blocked.txt: line 2: .* names no article of demo"):
        blocks.of_site("demo", GRAMMAR)
    assert not blocks.of_site("demo", Grammar("http://elsewhere.example/"))


def test_whom_an_entry_is_about() -> None:
    listed = parse_blocks(LIST, "x")
    about = [entry.text for entry in listed.entries if BlockList.is_about(entry, "other", GRAMMAR)]
    assert about == [
        *(entry.text for entry in listed.addresses if "elsewhere" not in entry.text),
        *("other:17", "uid:other:6", "person:王小明", 'person:"Jane Doe"', 'person:"刘 三"'),
    ]
    assert not BlockList.is_about(Entry("http://www.example.com/", "", ""), "demo", None)
    assert listed.entries[0].line.endswith("2026-11-20 withdrawn")
