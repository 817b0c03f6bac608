"""The loaders: each field of the record from raw values, and what holds for a record as a whole."""

from __future__ import annotations

import gc
import hashlib
import json
import weakref
from base64 import b64encode
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import text
from crawler.discuz.urls import Grammar, Style
from crawler.items import (
    Attachment,
    RawArticle,
    RawComment,
    RawEntry,
    RawLink,
    RawPageEntry,
    RawSite,
)
from crawler.loaders import (
    Context,
    beyond_last,
    content_hash,
    listing_entry,
    load_article,
    load_comments,
)
from crawler.loaders.values import count, identifier
from crawler.pages import ArticlePage
from tests.pages import cases

if TYPE_CHECKING:
    from crawler.items import Article

ROOT = "http://harbour.example/"
NOW = datetime(2031, 5, 6, 1, 10, 30, tzinfo=UTC)
CHINA = timezone(timedelta(hours=8))


def context(**changes: Any) -> Context:
    """A context on the invented site."""
    values: dict[str, Any] = {
        "site_name": "harbour",
        "grammar": Grammar(ROOT),
        "fetched_at": NOW,
        "run_id": "20310506T011000Z-portal",
        "http_status": 200,
        "encoding": "utf-8",
        "encoding_source": "header",
        "category_ids": {f"{ROOT}harbour/": 1},
        **changes,
    }
    return Context(**values)


def raw_article(**changes: Any) -> RawArticle:
    """A page of an article with as little as a page can have."""
    values: dict[str, Any] = {
        "aid": "12",
        "page": 1,
        "title": "渡轮",
        "date": "2030-1-2 03:04",
        "body": text.fragment("<p>正文</p>"),
        "body_found": True,
        "base_url": ROOT,
        "url": f"{ROOT}portal.php?mod=view&aid=12",
        **changes,
    }
    return RawArticle(**values)


def raw_comment(cid: int, date: str = "2030-1-2 03:04", **changes: Any) -> RawComment:
    """A guest's comment."""
    values: dict[str, Any] = {
        "author": None,
        "author_url": None,
        "date_title": None,
        "body": text.fragment("好")[0],
        **changes,
    }
    return RawComment(cid=str(cid), date=date, **values)


def load(raw: RawArticle, *more: RawArticle, **changes: Any) -> Article:
    """The record of an article's pages."""
    return load_article([raw, *more], raw.comments, context(**changes))


def record_of(case: str) -> Article:
    """The record of a page under ``fixtures/pages``."""
    style = Style.REWRITTEN if "article-" in cases.meta(case)["url"] else Style()
    raw = cases.raw(case)
    return load_article(
        [raw], raw.comments, context(grammar=Grammar(ROOT, style), encoding=cases.meta(case)["charset"])
    )


RECORDS = [
    pytest.param(case, field, id=f"{case}-{field}")
    for case in cases.names()
    for field in cases.expected(case).get("record", ())
]


@pytest.mark.parametrize(("case", "field"), RECORDS)
def test_a_field_of_the_record(case: str, field: str) -> None:
    record = orjson.loads(orjson.dumps(record_of(case)))
    assert record[field] == cases.expected(case)["record"][field]


# --- the whole ---


def test_a_record_keeps_no_page_alive() -> None:
    """Of two thousand pages, all would stay in memory until the next full collection."""
    selector = cases.selector("article_full")
    raw = ArticlePage(selector, ROOT).raw()
    page = weakref.ref(selector.root)
    gc.disable()
    try:
        record = load(raw)
        del raw, selector
        assert page() is None
    finally:
        gc.enable()
    assert record.headline


def test_no_page_is_no_article() -> None:
    with pytest.raises(ValueError, match="at least one page"):
        load_article([], [], context())


def test_an_article_without_id_cannot_be_named() -> None:
    with pytest.raises(ValueError, match=r"no article id on http://harbour\.example/x"):
        load(raw_article(aid=None, url=f"{ROOT}x"))


def test_the_address_tells_the_id_where_the_page_does_not() -> None:
    assert load(raw_article(aid=None)).id == "harbour:12"


def test_the_page_tells_the_id_of_a_static_address_which_stays() -> None:
    record = load(raw_article(url=f"{ROOT}notices/2030/ferry.html", page_count=2))
    assert record.id == "harbour:12"
    assert record.url == f"{ROOT}notices/2030/ferry.html"
    assert [page.url for page in record.pages] == [f"{ROOT}notices/2030/ferry.html", f"{ROOT}notices/2030/ferry2.html"]


def test_other_addresses_are_kept_but_for_the_own() -> None:
    own = f"{ROOT}portal.php?mod=view&aid=12"
    record = load_article([raw_article()], [], context(), observed_urls=[f"{ROOT}a.html", own, f"{ROOT}a.html"])
    assert record.url == own
    assert record.observed_urls == [f"{ROOT}a.html"]


# --- pages ---


def test_pages_are_joined_in_their_order() -> None:
    first = raw_article(page_count=3, body=text.fragment("<p>一</p><img src=a.png>"), title="头")
    second = raw_article(page=2, page_count=3, body=text.fragment("<p>二</p><img src=a.png>"), title="尾")
    third = raw_article(page=3, page_count=3, body=text.fragment("<p>三</p><img src=b.png>"), page_title=" 第三 夜 ")
    record = load(third, first, second)
    assert record.headline == "头"
    assert record.article_body == "一\n\n二\n\n三"
    assert (record.article_body_html or "").count("\n") == 2
    assert [image.url for image in record.images] == [f"{ROOT}a.png", f"{ROOT}b.png"]
    assert [(page.number, page.url, page.title) for page in record.pages] == [
        (1, f"{ROOT}portal.php?mod=view&aid=12", None),
        (2, f"{ROOT}portal.php?mod=view&aid=12&page=2", None),
        (3, f"{ROOT}portal.php?mod=view&aid=12&page=3", "第三 夜"),
    ]


def test_a_page_beyond_the_last_adds_nothing() -> None:
    """Its pager names the last page, whose text it must not take the place of."""
    last = raw_article(page=2, page_count=2, body=text.fragment("<p>二</p>"))
    beyond = raw_article(page=2, page_count=2, body=text.fragment(""), body_empty=True)
    assert load(raw_article(page_count=2), last, beyond).article_body == "正文\n\n二"


def test_a_page_beyond_the_last_alone_is_still_a_page() -> None:
    beyond = raw_article(page=2, page_count=2, body=[], body_empty=True)
    assert load(beyond).article_body == ""


@pytest.mark.parametrize(
    ("page", "asked", "empty", "beyond"),
    [(1, 1, True, False), (1, 1, False, False), (5, 99, True, True), (1, 3, True, True), (2, 2, False, False)],
)
def test_beyond_the_last(page: int, asked: int, *, empty: bool, beyond: bool) -> None:
    assert beyond_last(raw_article(page=page, body_empty=empty), asked) is beyond


def test_titles_of_the_navigation_stand_where_pages_are_not_at_hand() -> None:
    entries = [RawPageEntry(1, "", "甲"), RawPageEntry(2, "", "乙"), RawPageEntry(3, "", None)]
    record = load(raw_article(page_count=3, pages=entries, page_title="甲 "))
    assert [page.title for page in record.pages] == ["甲", "乙", None]


# --- dates ---


@pytest.mark.parametrize(
    ("zone", "offset", "date", "source"),
    [
        (None, None, "2030-01-02T03:04:00+08:00", "default"),
        (None, "GMT+5.5", "2030-01-02T03:04:00+05:30", "footer"),
        (ZoneInfo("Europe/Paris"), "GMT+8", "2030-01-02T03:04:00+01:00", "profile"),
    ],
)
def test_the_zone_is_the_profiles_else_the_pages_else_chinas(
    zone: ZoneInfo | None, offset: str | None, date: str, source: str
) -> None:
    record = load(raw_article(site=RawSite(gmt_offset=offset)), zone=zone)
    assert record.date_published == date
    assert record.provenance.time_zone_source == source


def test_a_relative_date_has_the_exact_one_beside_it() -> None:
    record = load(raw_article(date="3\xa0天前", date_title="2031-5-3 08:05:09"))
    assert record.date_published == "2031-05-03T08:05:09+08:00"
    assert record.date_published_raw == "3 天前"
    assert record.date_precision == "second"


def test_a_date_that_cannot_be_read_is_kept_as_printed() -> None:
    record = load(raw_article(date="很久以前"))
    assert (record.date_published, record.date_published_raw, record.date_precision) == (None, "很久以前", None)


def test_no_date() -> None:
    assert load(raw_article(date=None)).date_published_raw is None


# --- people and sources ---


@pytest.mark.parametrize(
    ("printed", "names"),
    [
        (None, []),
        ("林海生", ["林海生"]),
        ("记者 林海生 通讯员", ["林海生 通讯员"]),
        ("本报记者：林海生，通讯员/周望潮", ["林海生", "周望潮"]),
        ("（林海生）；【周望潮】", ["林海生", "周望潮"]),
        ("、", []),
        ("()", ["()"]),
    ],
)
def test_authors(printed: str | None, names: list[str]) -> None:
    record = load(raw_article(author=printed))
    assert [author.name for author in record.authors] == names


@pytest.mark.parametrize(
    ("name", "url", "publisher"),
    [
        (None, None, None),
        ("甲", None, ("甲", None)),
        ("甲", f"{ROOT}home.php?mod=space&uid=5", ("甲", 5)),
        ("甲", f"{ROOT}space-username-x.html", ("甲", None)),
        ("甲", f"{ROOT}home.php?mod=space&uid=0", ("甲", None)),
        ("甲", f"{ROOT}portal.php?mod=view&aid=5", ("甲", None)),
    ],
)
def test_publisher(name: str | None, url: str | None, publisher: tuple[str, int | None] | None) -> None:
    record = load(raw_article(publisher=name, publisher_url=url))
    found = record.publisher
    assert (found and (found.name, found.uid)) == publisher


def test_source() -> None:
    assert load(raw_article()).is_based_on is None
    record = load(raw_article(source=" 外海\u3000通讯 ", source_url="http://wire.example/"))
    assert record.is_based_on is not None
    assert (record.is_based_on.name, record.is_based_on.url) == ("外海 通讯", "http://wire.example/")


@pytest.mark.parametrize(
    ("printed", "description"),
    [
        (None, None),
        ("", None),
        ("...", None),
        (" ... ", None),
        ("…", None),
        ("一 ...", "一 ..."),
        (" 一\n二 ", "一 二"),
    ],
)
def test_description(printed: str | None, description: str | None) -> None:
    assert load(raw_article(summary=printed)).description == description


@pytest.mark.parametrize(
    ("keywords", "tags", "expected"),
    [
        (None, [], []),
        ("渡 轮", [], []),
        ("渡轮,海雾，海雾; ", [], ["渡轮", "海雾"]),
        ("海雾", ["灯塔", "海雾"], ["灯塔", "海雾"]),
    ],
)
def test_keywords_are_no_title(keywords: str | None, tags: list[str], expected: list[str]) -> None:
    assert load(raw_article(keywords=keywords, tags=tags)).keywords == expected


# --- the way there ---


def link(words: str, url: str, aid: str | None = None) -> RawLink:
    return RawLink(words, url, aid)


def test_breadcrumbs_leave_the_portal_out() -> None:
    record = load(
        raw_article(
            breadcrumbs=[
                link("海角", ROOT),
                link("门户", f"{ROOT}portal.php"),
                link("港口", f"{ROOT}harbour/"),
                link("船 &amp; 帆", f"{ROOT}portal.php?mod=list&catid=3&sid=abc"),
            ],
        ),
    )
    assert [(step.name, step.url, step.catid) for step in record.breadcrumbs] == [
        ("海角", ROOT, None),
        ("港口", f"{ROOT}harbour/", 1),
        ("船 & 帆", f"{ROOT}portal.php?mod=list&catid=3", 3),
    ]
    assert record.article_section == "船 & 帆"
    assert record.discuz.catid == 3


def test_a_path_without_the_portal_loses_no_category() -> None:
    record = load(raw_article(breadcrumbs=[link("海角", ROOT), link("灯塔", f"{ROOT}portal.php?mod=list&catid=7")]))
    assert [step.catid for step in record.breadcrumbs] == [None, 7]


@pytest.mark.parametrize(
    ("before", "site"),
    [
        ([("海角", "")], "海角"),
        ([("海角", "index.php"), ("门户", "portal.php")], "海角"),
        ([("搜索", "search.php"), ("海角", "./"), ("门户", "portal.php")], "海角"),
        ([("门户", "portal.php")], "门户"),
        ([("海角", "forum.php"), ("门户", "portal.php"), ("首页", "portal.php?mod=index")], "海角"),
        ([], None),
    ],
)
def test_whatever_stands_before_the_categories_is_the_site(before: list[tuple[str, str]], site: str | None) -> None:
    path = [*((name, ROOT + address) for name, address in before), ("灯塔", f"{ROOT}portal.php?mod=list&catid=7")]
    record = load(raw_article(breadcrumbs=[link(*step) for step in path]))
    assert [step.name for step in record.breadcrumbs] == [*([site] if site else []), "灯塔"]
    assert [step.catid for step in record.breadcrumbs] == [*([None] if site else []), 7]
    assert (record.article_section, record.discuz.catid, record.site.name) == ("灯塔", 7, site)


def test_a_path_of_categories_alone_begins_with_the_site_all_the_same() -> None:
    path = [link("灯塔", f"{ROOT}portal.php?mod=list&catid=7")]
    record = load(raw_article(breadcrumbs=path, site=RawSite(name="海角")))
    assert [(step.name, step.url) for step in record.breadcrumbs] == [
        ("海角", ROOT),
        ("灯塔", f"{ROOT}portal.php?mod=list&catid=7"),
    ]


def test_a_category_with_a_folder_is_null_until_it_is_known() -> None:
    record = load(raw_article(breadcrumbs=[link("海角", ROOT), link("港口", f"{ROOT}harbour/")]), category_ids={})
    assert record.article_section == "港口"
    assert record.discuz.catid is None


def test_no_path() -> None:
    record = load(raw_article())
    assert (record.breadcrumbs, record.article_section, record.site.name) == ([], None, None)


def test_the_sites_name_is_the_paths_where_the_head_has_none() -> None:
    assert load(raw_article(breadcrumbs=[link(" 海角 ", ROOT)])).site.name == "海角"


def test_site() -> None:
    site = RawSite(name="海角", generator="Discuz! X3.4", charset="UTF-8", icp="闽ICP备20990017号", gmt_offset="GMT+8")
    record = load(raw_article(site=site), grammar=Grammar("https://h.example:8443/bbs/"), site_name="h")
    assert record.site.host == "h.example:8443"
    assert (record.site.charset, record.site.icp, record.site.generator) == (
        "utf-8",
        "闽ICP备20990017号",
        "Discuz! X3.4",
    )


# --- neighbours ---


def test_links_to_articles_are_spelled_as_the_site_does() -> None:
    record = load(
        raw_article(
            previous=link("前", f"{ROOT}portal.php?mod=view&aid=11&page=1&mobile=2"),
            next=link("后", f"{ROOT}portal.php?aid=13&mod=view"),
            related=[link("甲", f"{ROOT}notices/a.html", "40"), link("乙", "http://other.example/", "x")],
        ),
        grammar=Grammar(ROOT, Style.REWRITTEN),
    )
    assert record.previous is not None
    assert (record.previous.url, record.previous.aid) == (f"{ROOT}article-11-1.html", 11)
    assert record.next is not None
    assert (record.next.url, record.next.aid) == (f"{ROOT}article-13-1.html", 13)
    assert [(one.url, one.headline, one.aid) for one in record.related] == [
        (f"{ROOT}notices/a.html", "甲", 40),
        ("http://other.example/", "乙", None),
    ]


# --- pictures ---


def test_the_main_image_is_the_first_of_the_body_else_the_cover() -> None:
    with_image = raw_article(body=text.fragment("<img src=a.png><img src=b.png>"))
    cover = f"{ROOT}c.png"
    assert load_article([with_image], [], context(), cover=cover).main_image is not None
    main = load_article([with_image], [], context(), cover=cover).main_image
    assert main is not None
    assert main.url == f"{ROOT}a.png"
    main = load_article([raw_article()], [], context(), cover=cover).main_image
    assert main is not None
    assert main.url == cover
    assert load(raw_article()).main_image is None


# --- counts and comments ---


def test_counts() -> None:
    record = load(
        raw_article(views="1,280", comment_count="0", reactions=[("灯亮", "0"), (" 潮起 ", "12"), ("返航", "")])
    )
    assert (record.view_count, record.comment_count) == (1280, 0)
    assert list(record.reactions.items()) == [("灯亮", 0), ("潮起", 12), ("返航", 0)]
    assert record.counts_observed_at == "2031-05-06T01:10:30+00:00"


def test_reactions_of_one_name_all_count() -> None:
    record = load(raw_article(reactions=[("灯亮", "1"), ("灯亮", "2"), ("", "3"), ("", "4"), ("灯亮", "x")]))
    assert record.reactions == {"灯亮": 1, "灯亮 (2)": 2, "": 3, "(2)": 4}


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("611", 611),
        (" 1,024 ", 1024),
        ("1，024", 1024),
        ("12\u202f345\xa0678", 12345678),
        ("查看: 611 次", 611),
        ("611 views", 611),
        ("９", None),
        ("", None),
        (None, None),
        ("许多", None),
        ("-5", None),
        ("1.2万", None),
        ("1万", None),
        ("3k", None),
        ("3.5", None),
        ("12/34", None),
        ("1,28", None),
        ("9" * 16, None),
        ("9" * 5000, None),
        ("9007199254740991", 9007199254740991),
        ("9007199254740992", None),
    ],
)
def test_a_count_is_one_number_as_it_is(printed: str | None, number: int | None) -> None:
    assert count(printed) == number


@pytest.mark.parametrize(
    ("printed", "number"),
    [(" 12 ", 12), ("0", None), ("", None), (None, None), ("x", None), ("-1", None), ("1.0", None), ("9" * 17, None)],
)
def test_an_identifier_is_all_digits(printed: str | None, number: int | None) -> None:
    assert identifier(printed) == number


def test_counts_that_are_not_printed_are_null() -> None:
    record = load(raw_article(views="", comment_count=None))
    assert (record.view_count, record.comment_count) == (None, None)


def test_comments_stand_by_date_and_id_each_once() -> None:
    comments = [
        raw_comment(9, "2030-1-3 00:00"),
        raw_comment(8, "2030-1-3 00:00"),
        raw_comment(7, "2030-1-4 00:00"),
        raw_comment(9, "2030-1-3 00:00"),
    ]
    record = load_article([raw_article(comment_count="3")], comments, context())
    assert [comment.id for comment in record.comments or ()] == [8, 9, 7]
    assert record.comments_complete


def test_comments_are_incomplete_while_fewer_than_printed_are_at_hand() -> None:
    record = load_article([raw_article(comment_count="3")], [raw_comment(1)], context())
    assert not record.comments_complete


def test_no_comments_are_complete() -> None:
    record = load(raw_article(comment_count="0"))
    assert (record.comments, record.comments_complete) == ([], True)


def test_comments_that_are_switched_off_are_null() -> None:
    record = load_article([raw_article(comment_count="0")], [raw_comment(1)], context(), comments_enabled=False)
    assert (record.comments, record.comments_complete) == (None, False)


def comment_body(html: str) -> Any:
    return text.fragment(f"<dd>{html}</dd>")[0]


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        (None, None),
        ("望潮人: 第二段有错字", "第二段有错字"),
        ("没有名字的引用：只有话", "没有名字的引用：只有话"),
        ("第一句。 第二句: 有冒号", "第一句。 第二句: 有冒号"),
    ],
)
def test_a_quote_stands_without_its_name(quote: str | None, expected: str | None) -> None:
    raw = raw_comment(1, quote=comment_body(quote) if quote else None)
    assert load_comments([raw], context(), CHINA)[0].quote == expected


def test_a_comments_words_are_lines_without_smileys() -> None:
    raw = raw_comment(1, body=comment_body('一<br />\n二<img src="static/image/smiley/comcom/3.gif" class="vm">'))
    assert load_comments([raw], context(), CHINA)[0].text == "一\n二"


def test_a_comment_without_body_is_empty() -> None:
    assert load_comments([raw_comment(1, body=None)], context(), CHINA)[0].text == ""


def test_a_member_has_a_name_and_a_number_a_guest_neither() -> None:
    member = raw_comment(1, author=" 老舵手 ", author_url=f"{ROOT}home.php?mod=space&uid=9")
    first, second = load_comments([member, raw_comment(2, "昨日黄花")], context(), CHINA)[::-1]
    assert (first.author, first.author_uid, first.date) == ("老舵手", 9, "2030-01-02T03:04:00+08:00")
    assert (second.author, second.author_uid, second.date) == (None, None, None)


# --- what it was made from ---


@pytest.mark.parametrize(
    ("idtype", "number", "comments_url", "expected"),
    [
        (None, None, None, (None, None)),
        ("tid", "640", None, ("tid", 640)),
        ("blogid", "3", None, ("blogid", None)),
        (None, None, f"{ROOT}forum.php?mod=viewthread&tid=640", ("tid", 640)),
        (None, None, f"{ROOT}portal.php?mod=comment&id=12&idtype=aid", (None, None)),
    ],
)
def test_a_thread_that_the_article_is_tied_to(
    idtype: str | None, number: str | None, comments_url: str | None, expected: tuple[str | None, int | None]
) -> None:
    record = load(raw_article(comments_idtype=idtype, comments_id=number, comments_url=comments_url))
    assert (record.discuz.idtype, record.discuz.tid) == expected


def test_provenance() -> None:
    provenance = load(raw_article(extractor="theme"), via="browser").provenance
    assert (provenance.run_id, provenance.http_status) == ("20310506T011000Z-portal", 200)
    assert (provenance.encoding, provenance.encoding_source) == ("utf-8", "header")
    assert (provenance.via, provenance.extractor) == ("browser", "theme")
    assert provenance.fetched_at == "2031-05-06T01:10:30+00:00"


def test_one_page_whose_text_is_guessed_makes_the_record_generic() -> None:
    second = raw_article(page=2, page_count=2, extractor="generic")
    assert load(raw_article(page_count=2, extractor="theme"), second).provenance.extractor == "generic"


def test_the_template_is_the_one_that_the_page_tells() -> None:
    assert load(raw_article(site=RawSite(template="harbour_2024"))).discuz.template == "harbour_2024"


# --- the hash ---


def test_the_hash_does_not_change_with_counts_comments_and_neighbours() -> None:
    record = load(raw_article())
    later = load(
        raw_article(
            views="99", comment_count="1", comments=[raw_comment(1)], next=link("后", f"{ROOT}article-13-1.html")
        ),
    )
    assert record.content_hash == later.content_hash == content_hash(record)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "渡船"},
        {"summary": "摘要"},
        {"author": "林海生"},
        {"source": "外海"},
        {"source": "外海", "source_url": "http://wire.example/"},
        {"date": "2030-1-2 03:05"},
        {"body": text.fragment("<p>正 文</p>")},
        {"body": text.fragment("<p>正文</p><img src=a.png>")},
        {"breadcrumbs": [link("海角", ROOT), link("灯塔", f"{ROOT}portal.php?mod=list&catid=7")]},
    ],
)
def test_the_hash_changes_with_what_an_editor_can_change(changes: dict[str, Any]) -> None:
    assert load(replace(raw_article(), **changes)).content_hash != load(raw_article()).content_hash


def handed_out(moment: int, number: int = 12, extra: str = "") -> str:
    """An address under which the forum hands a file out at a moment, as ``aidencode`` makes it."""
    signed = b64encode(f"{number}|{moment:08x}|{moment}|0|640".encode()).decode()
    return f"{ROOT}forum.php?{urlencode({'mod': 'attachment', 'aid': signed})}{extra}"


def showing(moment: int, number: int = 12) -> RawArticle:
    """An article that was made of a thread: its file and its picture are the forum's."""
    picture = handed_out(moment, number, "&nothumb=yes").replace("&", "&amp;")
    file = handed_out(moment, number + 1).replace("&", "&amp;")
    return raw_article(body=text.fragment(f'<p>正文<img src="{picture}"> <a href="{file}">公示.doc</a></p>'))


def test_the_hash_does_not_change_with_signatures_of_the_forum() -> None:
    first, second = load(showing(1795000000)), load(showing(1795000600))
    assert [len(first.images), len(first.attachments)] == [1, 1]
    assert first.images[0].url != second.images[0].url
    assert first.content_hash == second.content_hash != load(showing(1795000000, 14)).content_hash


@given(words=st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=6, max_size=6))
def test_the_hash_is_over_compact_json_with_sorted_keys(words: list[str]) -> None:
    record = load(raw_article())
    record.headline, record.article_body, record.article_section = words[:3]
    record.credits = {words[3]: words[4:], words[4]: []}
    record.attachments = [Attachment(words[0], words[5])]
    content = {
        **{name: getattr(record, name) for name in ("headline", "description", "article_body", "article_section")},
        "authors": [author.name for author in record.authors],
        "is_based_on": record.is_based_on and {"name": record.is_based_on.name, "url": record.is_based_on.url},
        "date_published": record.date_published,
        "credits": record.credits,
        "images": [image.url for image in record.images],
        "attachments": [[attachment.url, attachment.name] for attachment in record.attachments],
        "videos": [],
        "audios": [],
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert content_hash(record) == hashlib.sha256(canonical.encode()).hexdigest()


# --- entries of lists ---


def test_a_listing_entry() -> None:
    raw = RawEntry(
        title=" 潮水 ",
        url=f"{ROOT}portal.php?mod=view&aid=4079&from=list",
        aid=None,
        date="昨天 18:00",
        date_title="2031-5-5 18:00:00",
        summary="",
        thumbnail=f"{ROOT}c.png",
        category=link("船 &amp; 帆", f"{ROOT}harbour/"),
    )
    assert listing_entry(raw, context(), CHINA) == {
        "aid": 4079,
        "url": f"{ROOT}portal.php?mod=view&aid=4079",
        "title": "潮水",
        "date": "2031-05-05T18:00:00+08:00",
        "date_raw": "昨天 18:00",
        "summary": None,
        "thumbnail": f"{ROOT}c.png",
        "category": {"name": "船 & 帆", "url": f"{ROOT}harbour/", "catid": 1},
        "author": None,
    }


def test_an_entry_of_a_feed_names_its_category_without_address() -> None:
    raw = RawEntry(title="潮水", url=f"{ROOT}a.html", aid=5, category=link("渔汛", ""), author="甲")
    entry = listing_entry(raw, context(), CHINA)
    assert entry["aid"] == 5
    assert entry["date"] is None
    assert entry["category"] == {"name": "渔汛", "url": None, "catid": None}
    assert entry["author"] == "甲"


def test_an_entry_without_category() -> None:
    assert listing_entry(RawEntry(title="潮水", url=f"{ROOT}a.html", aid=5), context(), CHINA)["category"] is None
