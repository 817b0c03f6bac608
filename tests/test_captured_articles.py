"""Articles of the captured sites, field by field against what is in their databases, as captured and permuted."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from crawler.discuz.urls import Grammar, Style
from crawler.loaders import Context, beyond_last, load_article
from crawler.pages import ArticlePage, kind_of, parse
from tests import captured, permuting
from tests.captured import needs_captured

if TYPE_CHECKING:
    from crawler.items import Article, RawArticle

pytestmark = needs_captured

STYLES = {"x34rw": Style.REWRITTEN}


class Case(NamedTuple):
    """A captured article page, and whether it is read with everything in it permuted."""

    file: str
    permuted: bool


class Read(NamedTuple):
    """What we made of a page, and what it should be."""

    raw: RawArticle
    article: Article
    truth: dict[str, Any]
    views: int
    asked: int


def is_article(entry: dict[str, Any]) -> bool:
    """Whether a captured response is an article page: only these have a view counter."""
    return entry.get("views_shown") is not None


CASES = [
    pytest.param(Case(entry["file"], permuted), id=f"{entry['file']}{'-permuted' if permuted else ''}")
    for entry in captured.manifest()
    if is_article(entry)
    for permuted in (False, True)
]
INSIDE = [param for param in CASES if "p99" not in str(param.id)]

every_page = pytest.mark.parametrize("case", CASES)
every_text_page = pytest.mark.parametrize("case", INSIDE)


@cache
def read(case: Case) -> Read:
    entry = next(entry for entry in captured.manifest() if entry["file"] == case.file)
    text = captured.read(case.file).decode("gbk" if entry["site"] == "gbk" else "utf-8")
    host = urlsplit(entry["url"]).netloc
    about = captured.truth(entry["site"])[entry["truth_aid"]]
    url = entry["url"]
    if case.permuted:
        text, about, host = permuting.page(text, host), permuting.truth(about, host), permuting.HOST
        url = permuting.truth(url, urlsplit(url).netloc)
    selector = parse(text)
    assert kind_of(selector, url) == "article"
    raw = ArticlePage(selector, url).raw()
    grammar = Grammar(f"http://{host}/", STYLES.get(entry["site"], Style()))
    context = Context(
        site_name="captured",
        grammar=grammar,
        fetched_at=datetime(2026, 11, 23, 14, 0, tzinfo=UTC),
        category_ids={step["url"]: step["catid"] for step in about["category_path"]},
    )
    article = load_article([raw], raw.comments, context)
    return Read(raw, article, about, entry["views_shown"], grammar.parse(url).page)


def bare(text: str | None) -> str | None:
    """A text without any space."""
    return None if text is None else "".join(text.split())


@pytest.mark.parametrize("case", [param for param in CASES if str(param.id).endswith("-permuted")])
def test_nothing_is_left_of_what_was_permuted(case: Case) -> None:
    entry = next(entry for entry in captured.manifest() if entry["file"] == case.file)
    text = captured.read(case.file).decode("gbk" if entry["site"] == "gbk" else "utf-8")
    host = urlsplit(entry["url"]).netloc
    about = captured.truth(entry["site"])[entry["truth_aid"]]
    page = permuting.page(text, host)
    assert host in text
    assert host not in page
    assert about["publisher"] in text
    assert page.count(f"click_aid_{permuting.number(about['aid'])}_") == len(about["reactions"])
    assert f"_{about['aid']}_" not in page
    ideographs = re.search(r"[\u4e00-\u9fa5]{4,}", about["title"])
    assert ideographs is None or ideographs[0] not in page


@every_page
def test_identity(case: Case) -> None:
    result = read(case)
    assert result.article.id == f"captured:{result.truth['aid']}"
    assert result.article.discuz.aid == result.truth["aid"]
    spelling = "rewrite" if case.file.startswith("x34rw") else "dynamic"
    assert result.article.url == result.truth["urls"][spelling]


@every_page
def test_headline(case: Case) -> None:
    result = read(case)
    assert bare(result.article.headline) == bare(result.truth["title"])


@every_page
def test_dates(case: Case) -> None:
    result = read(case)
    assert result.article.date_published_raw == result.truth["published_displayed"]
    assert result.article.date_published == f"{result.truth['published'][:16]}:00+08:00"
    assert result.article.date_precision == "minute"


@every_page
def test_publisher(case: Case) -> None:
    result = read(case)
    assert result.article.publisher is not None
    assert result.article.publisher.name == result.truth["publisher"]
    assert result.article.publisher.uid == result.truth["publisher_uid"]


@every_page
def test_authors(case: Case) -> None:
    result = read(case)
    author = result.truth["author"]
    assert [(one.name, one.name_raw) for one in result.article.authors] == ([(author, author)] if author else [])


@every_page
def test_is_based_on(case: Case) -> None:
    result = read(case)
    source = result.article.is_based_on
    assert (source.name if source else None) == result.truth["source"]
    assert (source.url if source else None) == result.truth["source_url"]


@every_page
def test_description(case: Case) -> None:
    result = read(case)
    printed = bare(result.truth["summary"]) if result.truth["summary_shown"] else None
    assert bare(result.article.description) == (None if printed == "..." else printed)


@every_page
def test_view_count(case: Case) -> None:
    result = read(case)
    assert result.article.view_count == result.views


@every_page
def test_comment_count(case: Case) -> None:
    result = read(case)
    assert result.article.comment_count == result.truth["comment_count"]


@every_page
def test_breadcrumbs(case: Case) -> None:
    result = read(case)
    site, *steps = result.article.breadcrumbs
    assert site.catid is None
    assert [(step.name, step.url, step.catid) for step in steps] == [
        (step["name"], step["url"], step["catid"]) for step in result.truth["category_path"]
    ]


@every_page
def test_article_section(case: Case) -> None:
    result = read(case)
    assert result.article.article_section == result.truth["category"]
    assert result.article.discuz.catid == result.truth["catid"]


@every_text_page
def test_article_body(case: Case) -> None:
    result = read(case)
    assert result.article.article_body is not None
    paragraphs = [bare(line) for line in result.article.article_body.split("\n\n") if line]
    assert paragraphs == [bare(line) for line in result.truth["body_text"][result.asked - 1]]


@every_text_page
def test_images(case: Case) -> None:
    result = read(case)
    assert [image.url for image in result.article.images] == result.truth["images"][result.asked - 1]


@every_text_page
def test_attachments(case: Case) -> None:
    result = read(case)
    # The truth does not tell on which page a file is; its name is in that page's text.
    text = "".join(result.truth["body_text"][result.asked - 1])
    offered = [(one["url"], one["name"]) for one in result.truth["attachments"] if one["name"] in text]
    assert [(one.url, one.name) for one in result.article.attachments] == offered


@every_page
def test_related(case: Case) -> None:
    result = read(case)
    expected = {*result.truth["related"], *result.truth.get("related_to_hidden", ())}
    assert {link.aid for link in result.article.related} == expected
    assert len(result.article.related) == len(expected)


@every_page
def test_previous_and_next(case: Case) -> None:
    result = read(case)
    article = result.article
    assert (article.previous.aid if article.previous else None) == result.truth["prev_aid"]
    assert (article.next.aid if article.next else None) == result.truth["next_aid"]


@every_page
def test_reactions(case: Case) -> None:
    result = read(case)
    assert list(result.article.reactions.values()) == list(result.truth["reactions"].values())


@every_page
def test_pages(case: Case) -> None:
    result = read(case)
    assert [page.number for page in result.article.pages] == list(range(1, result.truth["page_count"] + 1))
    titles = [page.title for page in result.article.pages]
    if result.truth["inner_nav"]:
        assert titles == result.truth["page_titles"]
    elif result.asked <= result.truth["page_count"]:
        assert titles[result.asked - 1] == result.truth["page_titles"][result.asked - 1]


@every_page
def test_page_beyond_the_last(case: Case) -> None:
    result = read(case)
    assert beyond_last(result.raw, result.asked) == (result.asked > result.truth["page_count"])


@every_page
def test_comments(case: Case) -> None:
    result = read(case)
    shown = result.article.comments
    assert shown is not None
    about = {comment["cid"]: comment for comment in result.truth["comments"]}
    assert [
        (one.id, one.author, one.author_uid, (one.date or "")[:16], bare(one.text), bare(one.quote)) for one in shown
    ] == [
        (
            one["cid"],
            one["author"] or None,
            one["uid"] or None,
            one["time"][:16],
            bare(one["text"]),
            bare(one.get("quote")),
        )
        for one in (about[comment.id] for comment in shown)
    ]


@every_page
def test_comments_shown(case: Case) -> None:
    """The newest 20 but for pending ones; of a forum thread the first post's first 19 replies."""
    result = read(case)
    shown = [comment.id for comment in result.article.comments or ()]
    by_date = [one["cid"] for one in sorted(result.truth["comments"], key=lambda one: (one["time"], one["cid"]))]
    if result.truth["comments_kind"] == "thread":
        assert shown == by_date[:19]
    else:
        number = min(20, result.truth["comment_count"])
        assert number - result.truth["pending_comments"] <= len(shown) <= number
        assert shown == by_date[len(by_date) - len(shown) :]
    assert result.article.comments_complete == (len(shown) == result.truth["comment_count"])
