"""Article pages, each read alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.loaders import Context, beyond_last, load_article
from crawler.pages import ArticlePage, kind_of
from tests.comparing.pages import bare, colons, printed_moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import Article, RawArticle
    from tests.comparing.pages import Captured, Pair


@dataclass(frozen=True, slots=True)
class ReadArticle:
    """What we made of a page, and what it should be.

    Attributes:
        page: The page.
        raw: Its values as printed.
        article: Its record.
        truth: What is in the database.
        asked: The page of the article that was asked for.
    """

    page: Captured
    raw: RawArticle
    article: Article
    truth: dict[str, Any]
    asked: int

    @property
    def inside(self) -> bool:
        """Whether the article has the page that was asked for."""
        return self.asked <= int(self.truth["page_count"])


@cache
def read(page: Captured) -> ReadArticle:
    """A page as a record.

    Raises:
        ValueError: It is not taken for an article.
    """
    kind = kind_of(page.selector, page.url)
    if kind != "article":
        raise ValueError(f"taken for {kind!r}")
    about = page.about
    raw = ArticlePage(page.selector, page.url).raw()
    context = Context(
        site_name="captured",
        grammar=page.grammar,
        fetched_at=datetime(2026, 11, 23, 14, 0, tzinfo=UTC),
        category_ids={step["url"]: step["catid"] for step in about["category_path"]},
    )
    article = load_article([raw], raw.comments, context)
    return ReadArticle(page, raw, article, about, max(page.grammar.parse(page.url).page, 1))


def identity(result: ReadArticle) -> list[Pair]:
    aid = result.truth["aid"]
    return [((result.article.id, result.article.discuz.aid), (f"captured:{aid}", aid))]


def url(result: ReadArticle) -> list[Pair]:
    spelling = "rewrite" if result.page.grammar.style.article else "dynamic"
    return [(result.article.url, result.truth["urls"][spelling])]


def date_published(result: ReadArticle) -> list[Pair]:
    return [(result.article.date_published, printed_moment(result.truth))]


def date_precision(result: ReadArticle) -> list[Pair]:
    return [(result.article.date_precision, ("day", "minute", "second")[colons(result.truth)])]


def publisher(result: ReadArticle) -> list[Pair]:
    found = result.article.publisher
    return [
        (
            (found.name, found.uid) if found else None,
            (result.truth["publisher"], result.truth["publisher_uid"]),
        )
    ]


def authors(result: ReadArticle) -> list[Pair]:
    author = result.truth["author"]
    return [
        ([(one.name, one.name_raw) for one in result.article.authors], [(author, author)] if author else []),
    ]


def is_based_on(result: ReadArticle) -> list[Pair]:
    source = result.article.is_based_on
    return [
        (
            (source.name, source.url) if source else (None, None),
            (result.truth["source"], result.truth["source_url"]),
        )
    ]


def description(result: ReadArticle) -> list[Pair]:
    printed = bare(result.truth["summary"]) if result.truth["summary_shown"] else None
    return [(bare(result.article.description), None if printed == "..." else printed)]


def view_count(result: ReadArticle) -> list[Pair]:
    """As the manifest has it: the counter grew while the pages were captured. Nobody noted it of mobile pages."""
    shown = result.page.entry.get("views_shown")
    return [] if shown is None else [(result.article.view_count, shown)]


def breadcrumbs(result: ReadArticle) -> list[Pair]:
    """From [1] on; the site itself comes first and has no number."""
    steps = [(step.name, step.url, step.catid) for step in result.article.breadcrumbs]
    path = [(step["name"], step["url"], step["catid"]) for step in result.truth["category_path"]]
    return [((steps[1:], steps[0][2] if steps else None), (path, None))]


def article_body(result: ReadArticle) -> list[Pair]:
    if not result.inside:
        return []
    body = result.article.article_body or ""
    paragraphs = [bare(line) for line in body.split("\n\n") if line]
    return [(paragraphs, [bare(line) for line in result.truth["body_text"][result.asked - 1]])]


def images(result: ReadArticle) -> list[Pair]:
    if not result.inside:
        return []
    return [([image.url for image in result.article.images], result.truth["images"][result.asked - 1])]


def attachments(result: ReadArticle) -> list[Pair]:
    """The truth does not tell on which page a file is; its name is in that page's text."""
    if not result.inside:
        return []
    text = "".join(result.truth["body_text"][result.asked - 1])
    offered = [(one["url"], one["name"]) for one in result.truth["attachments"] if one["name"] in text]
    return [([(one.url, one.name) for one in result.article.attachments], offered)]


def media(result: ReadArticle) -> list[Pair]:
    """Videos and sounds. Of several pages the truth does not tell on which one they are."""
    found = [one.url for one in (*result.article.videos, *result.article.audios)]
    known = [one["url"] for one in result.truth["media"]]
    if result.truth["page_count"] > 1:
        return [(set(found) <= set(known), True)]
    return [(sorted(found), sorted(known))]


def related(result: ReadArticle) -> list[Pair]:
    expected = {*result.truth["related"], *result.truth.get("related_to_hidden", ())}
    return [(sorted(link.aid or 0 for link in result.article.related), sorted(expected))]


def reactions(result: ReadArticle) -> list[Pair]:
    return [(list(result.article.reactions.values()), list(result.truth["reactions"].values()))]


def pages(result: ReadArticle) -> list[Pair]:
    """Number and titles: all of them where there is an inner navigation, else this page's."""
    count = result.truth["page_count"]
    titles = [page.title for page in result.article.pages]
    known = result.truth["page_titles"]
    if not result.truth["inner_nav"]:
        titles = titles[result.asked - 1 : result.asked]
        known = known[result.asked - 1 : result.asked]
        titles = titles if result.inside else known
    return [(([page.number for page in result.article.pages], titles), (list(range(1, count + 1)), known))]


def comments(result: ReadArticle) -> list[Pair]:
    """The words, names and times of those that are shown."""
    about = {comment["cid"]: comment for comment in result.truth["comments"]}
    shown = result.article.comments or []
    return [
        (
            [
                (one.id, one.author, one.author_uid, (one.date or "")[:16], bare(one.text), bare(one.quote))
                for one in shown
            ],
            [
                (
                    one["cid"],
                    one["author"] or None,
                    one["uid"] or None,
                    one["time"][:16],
                    bare(one["text"]),
                    bare(one.get("quote")),
                )
                for one in (about.get(comment.id, NOBODY) for comment in shown)
            ],
        )
    ]


NOBODY = {"cid": None, "author": None, "uid": None, "time": "", "text": None}


def comments_shown(result: ReadArticle) -> list[Pair]:
    """The newest 20 but for pending ones; of a forum thread the first post's first 19 replies."""
    shown = [comment.id for comment in result.article.comments or ()]
    by_date = [one["cid"] for one in sorted(result.truth["comments"], key=lambda one: (one["time"], one["cid"]))]
    if result.truth["comments_kind"] == "thread":
        return [(shown, by_date[:19])]
    number = min(20, result.truth["comment_count"])
    number = min(max(len(shown), number - result.truth["pending_comments"]), number)
    return [(shown, by_date[len(by_date) - number :])]


def comments_complete(result: ReadArticle) -> list[Pair]:
    shown = result.article.comments or ()
    return [(result.article.comments_complete, len(shown) == result.truth["comment_count"])]


def neighbours(result: ReadArticle) -> list[Pair]:
    before, after = result.article.previous, result.article.next
    return [
        (before.aid if before else None, result.truth["prev_aid"]),
        (after.aid if after else None, result.truth["next_aid"]),
    ]


FIELDS: dict[str, Callable[[ReadArticle], list[Pair]]] = {
    "id": identity,
    "url": url,
    "headline": lambda result: [(bare(result.article.headline), bare(result.truth["title"]))],
    "date_published": date_published,
    "date_published_raw": lambda result: [(result.article.date_published_raw, result.truth["published_displayed"])],
    "date_precision": date_precision,
    "publisher": publisher,
    "authors": authors,
    "is_based_on": is_based_on,
    "description": description,
    "view_count": view_count,
    "comment_count": lambda result: [(result.article.comment_count, result.truth["comment_count"])],
    "breadcrumbs": breadcrumbs,
    "article_section": lambda result: [(result.article.article_section, result.truth["category"])],
    "discuz.catid": lambda result: [(result.article.discuz.catid, result.truth["catid"])],
    "article_body": article_body,
    "images": images,
    "attachments": attachments,
    "media": media,
    "related": related,
    "previous, next": neighbours,
    "reactions": reactions,
    "pages": pages,
    "beyond_last": lambda result: [(beyond_last(result.raw, result.asked), not result.inside)],
    "comments": comments,
    "comments_shown": comments_shown,
    "comments_complete": comments_complete,
}
