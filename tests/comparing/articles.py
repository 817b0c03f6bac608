"""Article pages, each read alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from crawler.loaders import Context, beyond_last, load_article
from crawler.pages import ArticlePage, kind_of
from tests.comparing import printed as printing
from tests.comparing.pages import bare, spelling

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
    return [(result.article.url, spelling(result.page, result.truth))]


def date_published(result: ReadArticle) -> list[Pair]:
    printed = printing.date(result.page, result.truth)
    return [printing.in_its_zone(result.raw.site, result.article.date_published, printed and printed.value)]


def date_published_raw(result: ReadArticle) -> list[Pair]:
    """The words may stand among others."""
    read, printed = result.article.date_published_raw, printing.date(result.page, result.truth)
    return [(printed.words if printed and read and printed.words in read else read, printed and printed.words)]


def date_precision(result: ReadArticle) -> list[Pair]:
    printed = printing.date(result.page, result.truth)
    return [(result.article.date_precision, printed and printed.precision)]


def publisher(result: ReadArticle) -> list[Pair]:
    found, name, uid = result.article.publisher, result.truth["publisher"], result.truth["publisher_uid"]
    linked = re.search(rf"(?:\buid=|\bspace-uid-){uid}(?!\d)", result.page.text) is not None
    printed = printing.prints(result.page, "publisher") and printing.says(result.page, name)
    pair = ((found.name, found.uid) if found else None, (name, uid if linked else None))
    return printing.unless(printed, pair)


def authors(result: ReadArticle) -> list[Pair]:
    """All that is printed of them, in order; how it falls into names, the truth does not say."""
    printed = printing.prints(result.page, "author") and printing.says(result.page, result.truth["author"])
    read = [SEPARATORS.sub("", one.name_raw) for one in result.article.authors]
    return printing.unless(printed, ("".join(read), SEPARATORS.sub("", result.truth["author"] or "")), "")


def is_based_on(result: ReadArticle) -> list[Pair]:
    source, name, address = result.article.is_based_on, result.truth["source"], result.truth["source_url"]
    printed = printing.prints(result.page, "source") and printing.says(result.page, name)
    linked = printing.prints(result.page, "source_url") and printing.says(result.page, address)
    pair = ((source.name, source.url) if source else (None, None), (name, address if linked else None))
    return printing.unless(printed, pair, (None, None))


def description(result: ReadArticle) -> list[Pair]:
    words = bare(result.truth["summary"]) if result.truth["summary_shown"] else None
    printed = printing.prints(result.page, "summary") and printing.says(result.page, words)
    return printing.unless(printed, (bare(result.article.description), None if words == "..." else words))


def view_count(result: ReadArticle) -> list[Pair]:
    """As the manifest has it: the counter grew while the pages were captured. Nobody noted it of some mobile pages."""
    shown = result.page.entry.get("views_shown")
    printed = printing.prints(result.page, "views")
    return [] if shown is None else printing.unless(printed, (result.article.view_count, shown))


def comment_count(result: ReadArticle) -> list[Pair]:
    """A template may print no number for none."""
    count = result.truth["comment_count"]
    pair = (result.article.comment_count, count)
    return (
        [pair]
        if result.page.default
        else printing.unless(printing.prints(result.page, "comment_count") and count > 0, pair)
    )


def breadcrumbs(result: ReadArticle) -> list[Pair]:
    """From [1] on; the site itself comes first and has no number."""
    steps = [(step.name, step.url, step.catid) for step in result.article.breadcrumbs]
    path = [(step["name"], step["url"], step["catid"]) for step in result.truth["category_path"]]
    pair = ((steps[1:], steps[0][2] if steps else None), (path, None))
    printed = printing.prints(result.page, "breadcrumbs") and not result.page.touch
    return printing.unless(printed, pair, ([], None))


def article_section(result: ReadArticle) -> list[Pair]:
    return printing.unless(own_category(result), (result.article.article_section, result.truth["category"]))


def catid(result: ReadArticle) -> list[Pair]:
    return printing.unless(own_category(result), (result.article.discuz.catid, result.truth["catid"]))


def own_category(result: ReadArticle) -> bool:
    """Whether the page names the article's category."""
    url = result.truth["category_path"][-1]["url"].removeprefix(result.page.grammar.root)
    return printing.prints(result.page, "own_category") and printing.says(result.page, url)


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
    printed = printing.prints(result.page, "attachments")
    return printing.unless(printed, ([(one.url, one.name) for one in result.article.attachments], offered), [])


def media(result: ReadArticle) -> list[Pair]:
    """Videos and sounds. Of several pages the truth does not tell on which one they are, of some sites not at all."""
    if not any(one["media"] for one in result.page.articles().values()):
        return []
    found = [one.url for one in (*result.article.videos, *result.article.audios)]
    known = [one["url"] for one in result.truth["media"]]
    if result.truth["page_count"] > 1:
        return [(set(found) <= set(known), True)]
    return [(sorted(found), sorted(known))]


def related(result: ReadArticle) -> list[Pair]:
    known = {*result.truth["related"], *result.truth.get("related_to_hidden", ())}
    expected = sorted(aid for aid in known if printing.links_to(result.page, aid))
    printed = printing.prints(result.page, "related")
    return printing.unless(printed, (sorted(link.aid or 0 for link in result.article.related), expected), [])


def reactions(result: ReadArticle) -> list[Pair]:
    """By position."""
    expected = list(result.truth["reactions"].values())
    printed = printing.prints(result.page, "reactions") and "click_aid_" in result.page.text
    return printing.unless(printed, (list(result.article.reactions.values()), expected), [])


def pages(result: ReadArticle) -> list[Pair]:
    """Number and titles: all of them where there is an inner navigation, else this page's."""
    count = result.truth["page_count"]
    titles = [page.title for page in result.article.pages]
    known = result.truth["page_titles"]
    if not (result.truth["inner_nav"] and printing.prints(result.page, "inner_nav")):
        titles = titles[result.asked - 1 : result.asked]
        known = known[result.asked - 1 : result.asked]
        titles = titles if result.inside and printing.prints(result.page, "page_title") else known
    return [(([page.number for page in result.article.pages], titles), (list(range(1, count + 1)), known))]


def comments(result: ReadArticle) -> list[Pair]:
    """The words, names and times of those that are shown.

    Those of a blog are printed under the name of its owner, by which nobody is named: that is not compared.
    """
    blog = result.truth["comments_kind"] == "blog"
    about = {comment["cid"]: comment for comment in result.truth["comments"]}
    shown = result.article.comments or []
    pairs: list[Pair] = []
    for one in shown:
        known = about.get(one.id, NOBODY)
        read, expected = printing.in_its_zone(result.raw.site, one.date, known["time"])
        pairs.append(
            (
                (
                    one.id,
                    one.author,
                    None if blog else one.author_uid,
                    (read or "")[:16],
                    bare(one.text),
                    bare(one.quote),
                ),
                (
                    known["cid"],
                    known["author"] or None,
                    None if blog else known["uid"] or None,
                    (expected or "")[:16],
                    bare(known["text"]),
                    bare(known.get("quote")),
                ),
            )
        )
    return [([pair[0] for pair in pairs], [pair[1] for pair in pairs])]


NOBODY = {"cid": None, "author": None, "uid": None, "time": "", "text": None}
SEPARATORS = re.compile(r"[\s、，,；;()（）\[\]【】]")


def comments_shown(result: ReadArticle) -> list[Pair]:
    """The newest 20 but for pending ones; of a forum thread the first post's first 19 replies."""
    shown = [comment.id for comment in result.article.comments or ()]
    # Only minutes are printed: within one, they stand by number.
    by_date = [one["cid"] for one in sorted(result.truth["comments"], key=lambda one: (one["time"][:16], one["cid"]))]
    if numbered := [cid for cid in by_date if f"comment_{cid}" in result.page.text]:
        return [(shown, numbered)]
    if not result.truth.get("comments_allowed", True):
        return [(shown, [])]
    if result.truth["comments_kind"] == "thread":
        expected = by_date[:19]
    else:
        number = min(20, result.truth["comment_count"])
        number = min(max(len(shown), number - result.truth["pending_comments"]), number)
        expected = by_date[len(by_date) - number :]
    return printing.unless(printing.prints(result.page, "comments"), (shown, expected), [])


def comments_complete(result: ReadArticle) -> list[Pair]:
    """As far as the number of all is printed."""
    shown = result.article.comments or ()
    if result.article.comment_count is None:
        return []
    return [(result.article.comments_complete, len(shown) >= result.article.comment_count)]


def neighbours(result: ReadArticle) -> list[Pair]:
    pairs: list[Pair] = []
    for field, link, aid in (
        ("prev", result.article.previous, result.truth["prev_aid"]),
        ("next", result.article.next, result.truth["next_aid"]),
    ):
        printed = printing.prints(result.page, field) and printing.links_to(result.page, aid)
        pairs += printing.unless(printed, (link.aid if link else None, aid))
    return pairs


FIELDS: dict[str, Callable[[ReadArticle], list[Pair]]] = {
    "id": identity,
    "url": url,
    "headline": lambda result: [(bare(result.article.headline), bare(result.truth["title"]))],
    "date_published": date_published,
    "date_published_raw": date_published_raw,
    "date_precision": date_precision,
    "publisher": publisher,
    "authors": authors,
    "is_based_on": is_based_on,
    "description": description,
    "view_count": view_count,
    "comment_count": comment_count,
    "breadcrumbs": breadcrumbs,
    "article_section": article_section,
    "discuz.catid": catid,
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
