"""What cannot be loaded stays empty, is told once and counted; the rest of the record stands."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from crawler import text
from crawler.items import RawLink, RawSite
from crawler.loaders import MandatoryError, article, load_article, load_comments
from tests.test_loaders import CHINA, ROOT, context, raw_article, raw_comment

if TYPE_CHECKING:
    from crawler.items import RawArticle

GOOD = RawLink("甲", f"{ROOT}portal.php?mod=view&aid=4")


def full() -> RawArticle:
    """A page that prints something in every field."""
    return raw_article(
        views="5",
        comment_count="2",
        author="林海生",
        source="外海",
        summary="摘要",
        publisher="甲",
        publisher_url=f"{ROOT}space-uid-5.html",
        breadcrumbs=[RawLink("海角", ROOT), RawLink("港口", f"{ROOT}harbour/")],
        body=text.fragment("<p>正文（记者 林海生）</p><img src=a.png>"),
        reactions=[("灯亮", "1"), ("潮起", "2")],
        related=[GOOD, RawLink("乙", f"{ROOT}portal.php?mod=view&aid=6")],
        previous=GOOD,
        next=GOOD,
        keywords="海雾",
        comments=[raw_comment(1), raw_comment(2)],
        comments_url=f"{ROOT}forum.php?mod=viewthread&tid=640",
        site=RawSite(name="海角", gmt_offset="GMT+8"),
    )


def load(raw: RawArticle) -> tuple[dict[str, Any], Counter[str]]:
    """The record of a page, by field, and what was counted."""
    counted: Counter[str] = Counter()
    record = load_article([raw], raw.comments, context(count=lambda name: counted.update([name])))
    return {name: getattr(record, name) for name in record.__slots__}, counted


def invalid(field: str, number: int = 1) -> Counter[str]:
    """What is counted of a field."""
    return Counter({f"discuz/field/{field}/invalid_count": number})


def test_nothing_is_told_of_a_page_without_fault(caplog: pytest.LogCaptureFixture) -> None:
    assert load(full())[1] == Counter()
    assert load(raw_article())[1] == Counter()
    assert caplog.messages == []


@pytest.mark.parametrize(
    ("changes", "field", "value"),
    [
        ({"date": "2030-13-45 99:99"}, "date_published", None),
        ({"date": "很久以前"}, "date_published", None),
        ({"views": "1.2万"}, "view_count", None),
        ({"views": "9" * 5000}, "view_count", None),
        ({"comment_count": "-1"}, "comment_count", None),
        ({"reactions": [("灯亮", "x"), ("潮起", "2")]}, "reactions", {"潮起": 2}),
        ({"page_count": 10**9}, "pages", []),
    ],
)
def test_a_value_that_cannot_be_leaves_its_field_empty(changes: dict[str, Any], field: str, value: Any) -> None:
    sound, _ = load(full())
    raw = full()
    for name, printed in changes.items():
        setattr(raw, name, printed)
    record, counted = load(raw)
    assert record[field] == value
    assert counted == invalid(field)
    along = {"content_hash", "date_published_raw", "date_precision", "comments_complete"}
    assert {name for name in record if record[name] != sound[name]} <= {field, *along}


def fail(*_args: Any, **_kwargs: Any) -> Any:
    raise RuntimeError("no such thing")


# A function of the loader that fails, the field that is left empty, and its fields that go with it.
FAILING = {
    "_publisher": ("publisher", {}),
    "_source": ("is_based_on", {}),
    "_pages": ("pages", {}),
    "_keywords": ("keywords", {}),
    "_bodies": (
        "article_body",
        {"article_body_html", "credits", "images", "main_image", "in_language", "attachments", "links"},
    ),
    "_html": ("article_body_html", {}),
    "text.credits": ("credits", {}),
    "text.language": ("in_language", {}),
    "_descriptions": ("description", {}),
    "split_names": ("authors", {}),
}


@pytest.mark.parametrize("name", FAILING)
def test_a_field_that_fails_leaves_all_others(
    name: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    sound, _ = load(full())
    field, others = FAILING[name]
    if name == "_descriptions":
        monkeypatch.setattr(article.ArticleLoader, "description_in", staticmethod(fail))
    else:
        monkeypatch.setattr(f"crawler.loaders.article.{name}", fail)
    record, counted = load(full())
    assert not record[field]
    assert {name for name in record if record[name] != sound[name]} <= {field, *others, "content_hash"}
    assert counted == invalid(field)
    [message] = caplog.messages
    assert message.startswith(f"{full().url}: nothing is made of what is printed as {field}: ")
    assert "no such thing" in message


def fail_for_want_of_memory(*_args: Any, **_kwargs: Any) -> Any:
    raise MemoryError


@pytest.mark.parametrize("name", ["_publisher", "_bodies", "_article_link"])
def test_want_of_memory_is_no_fault_of_a_field(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record would lack what its page has."""
    monkeypatch.setattr(article, name, fail_for_want_of_memory)
    with pytest.raises(MemoryError):
        load(full())


@pytest.mark.parametrize(("name", "field"), [("_article_link", "related"), ("_breadcrumb", "breadcrumbs")])
def test_a_list_loses_what_fails_and_keeps_the_rest(name: str, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, _ = load(full())
    load_one = getattr(article, name)

    def load_some(thing: Any, *args: Any) -> Any:
        return fail() if thing.text in {"乙", "港口"} else load_one(thing, *args)

    monkeypatch.setattr(article, name, load_some)
    record, counted = load(full())
    assert len(record[field]) == 1
    assert record[field][0] in whole[field]
    assert counted == invalid(field)


def test_a_neighbour_that_fails_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(article, "_article_link", fail)
    record, counted = load(full())
    assert (record["previous"], record["next"], record["related"]) == (None, None, [])
    assert counted == invalid("previous") + invalid("next") + invalid("related", 2)


def test_a_fault_is_told_once_and_counted_each_time(caplog: pytest.LogCaptureFixture) -> None:
    raw = full()
    raw.comments = [raw_comment(1), raw_comment(2)]
    raw.comments[0].cid, raw.comments[1].cid = "x", "0"
    record, counted = load(raw)
    assert (record["comments"], record["comments_complete"]) == ([], False)
    assert counted == invalid("comments", 2)
    assert len(caplog.messages) == 1


def test_a_comment_that_fails_leaves_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crawler.loaders.comments._without_name", fail)
    quoting = raw_comment(1, quote=text.fragment("<b>x</b>")[0])
    assert [one.id for one in load_comments([quoting, raw_comment(2)], context(), CHINA)] == [2]


def test_a_page_whose_text_fails_leaves_no_hole(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one page lacks, the whole lacks: half a text is worse than none."""
    analyse = text.analyse
    second = raw_article(page=2, page_count=2, body=text.fragment("<p>二</p>"))
    monkeypatch.setattr(text, "analyse", lambda body, url: fail() if body is second.body else analyse(body, url))
    record = load_article([raw_article(page_count=2), second], [], context())
    assert record.article_body is None
    assert [page.number for page in record.pages] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"title": ""}, "no_headline"),
        ({"title": " \u3000\n"}, "no_headline"),
        ({"aid": None, "url": f"{ROOT}x.html"}, "no_aid"),
        ({"aid": "0", "url": f"{ROOT}x.html"}, "no_aid"),
        ({"aid": "twelve", "url": f"{ROOT}x.html"}, "no_aid"),
    ],
)
def test_what_no_record_can_be_without_fails_it(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(MandatoryError) as caught:
        load(raw_article(**changes))
    assert caught.value.reason == reason


def test_a_number_that_is_none_gives_way_to_the_address() -> None:
    assert load(raw_article(aid="twelve"))[0]["id"] == "harbour:12"


def test_a_hash_is_made_of_anything() -> None:
    """Half a surrogate pair, which UTF-8 cannot hold: the record is mended when it is validated."""
    record = load_article([raw_article(title="渡\ud83d轮")], [], context())
    assert record.content_hash is not None
    assert len(record.content_hash) == 64
