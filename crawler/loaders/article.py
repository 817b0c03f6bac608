"""The article: one record out of all its pages and comments."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import orjson
from itemloaders import ItemLoader
from itemloaders.processors import Identity

from crawler import text
from crawler.discuz.urls import Kind, Target
from crawler.items import (
    Article,
    ArticleLink,
    Attachment,
    Author,
    Breadcrumb,
    Discuz,
    Image,
    MainImage,
    Media,
    Page,
    Provenance,
    Publisher,
    SiteInfo,
    Source,
)
from crawler.loaders.comments import load_comments
from crawler.loaders.values import count, plain_name, split_keywords, split_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from crawler.items import RawArticle, RawComment, RawLink
    from crawler.loaders.context import Context

_T = TypeVar("_T")
_Medium = TypeVar("_Medium", Image, Attachment, Media)

_NO_SUMMARY: Final = frozenset({"", "...", "…"})


def _lines(values: Iterable[str]) -> list[str]:
    return [text.clean_line(value) for value in values]


def _descriptions(values: Iterable[str]) -> list[str]:
    return [line for line in _lines(values) if line not in _NO_SUMMARY]


def _counts(values: Iterable[str]) -> list[int]:
    return [number for value in values if (number := count(value)) is not None]


def _authors(values: Iterable[str]) -> list[Author]:
    return [Author(name, raw) for value in values for name, raw in split_names(value)]


def _single(values: Sequence[_T]) -> _T:
    return values[0]


class ArticleLoader(ItemLoader):
    """Collects the values of an article's fields.

    Input processors turn printed words into values; a field whose value is made from several printed ones is given
    the finished value. A field without a value is left to the record's default.

    Every field names both its processors: looking for defaults costs more than all the processors do.
    """

    default_item_class = dict

    headline_in = _lines
    description_in = _descriptions
    view_count_in = comment_count_in = _counts
    authors_in = _authors

    headline_out = description_out = view_count_out = comment_count_out = _single
    authors_out = Identity()


def load_article(
    pages: Sequence[RawArticle],
    comments: Sequence[RawComment],
    context: Context,
    *,
    comments_enabled: bool = True,
    cover: str | None = None,
    observed_urls: Iterable[str] = (),
) -> Article:
    """The record of an article.

    Args:
        pages: Its pages, in any order; what is not text is read from the first. Empty ones beyond the last are left
            out.
        comments: All comments at hand, those on the pages too if they are to count; the same one may come twice.
        context: The site, and how its pages were got.
        comments_enabled: Whether comments are wanted at all.
        cover: The picture that the listing shows, for an article without one of its own.
        observed_urls: Other addresses under which the article was met.

    Raises:
        ValueError: There is no page, or neither the pages nor their addresses tell the article's id.
    """
    ordered = _in_order(pages)
    first = ordered[0]
    aid, target = _identity(first, context)
    url = context.grammar.build(target)
    zone, zone_source = context.time_zone(first.site)
    crumbs = _breadcrumbs(first, context)
    own = crumbs[-1] if len(crumbs) > 1 else None

    values = _printed_values(first)
    headline = values.get("headline", "")
    values |= _date_values(first, context, zone)
    values |= _text_values(ordered, headline, cover)
    if comments_enabled:
        values |= _comment_values(comments, values.get("comment_count", 0), context, zone)
    article = Article(
        id=f"{context.site_name}:{aid}",
        url=url,
        observed_urls=[other for other in dict.fromkeys(observed_urls) if other != url],
        publisher=_publisher(first, context),
        is_based_on=_source(first),
        breadcrumbs=crumbs,
        article_section=own.name if own else None,
        pages=_pages(ordered, target, context),
        keywords=_keywords(first, headline),
        counts_observed_at=context.observed_at,
        reactions={text.clean_line(name): count(number) or 0 for name, number in first.reactions},
        related=[_article_link(link, context) for link in first.related],
        previous=_article_link(first.previous, context) if first.previous else None,
        next=_article_link(first.next, context) if first.next else None,
        site=_site(first, context),
        discuz=_discuz(first, aid, own.catid if own else None, context),
        provenance=_provenance(context, zone_source),
        **values,
    )
    article.content_hash = content_hash(article)
    return article


def beyond_last(raw: RawArticle, asked: int = 1) -> bool:
    """Whether a page lies beyond the article's last one: Discuz! answers 200 and prints an empty body.

    Args:
        raw: The page.
        asked: The page that was asked for; the pager of a page beyond the last names the last one instead, and an
            article of a single page has no pager.
    """
    return raw.body_found and raw.body_empty and max(raw.page, asked) > 1


def content_hash(article: Article) -> str:
    """The sha-256 of what an editor can change: no counts, no comments, no reactions, no neighbours.

    It is taken over compact JSON in UTF-8 with sorted keys, which any other program can make of a record, too.

    Args:
        article: The record.
    """
    source = article.is_based_on
    content = {
        "headline": article.headline,
        "description": article.description,
        "article_body": article.article_body,
        "article_section": article.article_section,
        "authors": [author.name for author in article.authors],
        "is_based_on": {"name": source.name, "url": source.url} if source else None,
        "date_published": article.date_published,
        "credits": article.credits,
        "images": [image.url for image in article.images],
        "attachments": [[attachment.url, attachment.name] for attachment in article.attachments],
        "videos": [video.url for video in article.videos],
        "audios": [audio.url for audio in article.audios],
    }
    return hashlib.sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _in_order(pages: Sequence[RawArticle]) -> list[RawArticle]:
    """The pages by number, each once, without those beyond the last."""
    if not pages:
        raise ValueError("an article has at least one page")
    kept = {page.page: page for page in pages if not beyond_last(page)}
    return [kept[number] for number in sorted(kept)] or [pages[0]]


def _identity(first: RawArticle, context: Context) -> tuple[int, Target]:
    """The article's id and what its address names: a static page keeps its path, everything else its id."""
    target = context.grammar.parse(first.url)
    asked = target.number if target.kind is Kind.ARTICLE else None
    aid = int(first.aid) if first.aid else asked
    if aid is None:
        raise ValueError(f"no article id on {first.url}")
    if target.kind is Kind.ARTICLE and asked is None:
        return aid, Target(Kind.ARTICLE, None, 1, target.name)
    return aid, Target(Kind.ARTICLE, aid)


def _printed_values(first: RawArticle) -> dict[str, Any]:
    """The fields that are each made from one printed value."""
    loader = ArticleLoader()
    loader.add_value("headline", first.title)
    loader.add_value("authors", first.author)
    loader.add_value("description", first.summary)
    loader.add_value("view_count", first.views)
    loader.add_value("comment_count", first.comment_count)
    values: dict[str, Any] = loader.load_item()
    return values


def _date_values(first: RawArticle, context: Context, zone: tzinfo) -> dict[str, Any]:
    if not first.date:
        return {}
    when = context.when(first.date, first.date_title, zone)
    return {
        "date_published": when.value.isoformat() if when else None,
        "date_published_raw": text.clean_line(first.date),
        "date_precision": when.precision if when else None,
    }


def _text_values(pages: Sequence[RawArticle], headline: str, cover: str | None) -> dict[str, Any]:
    """What is in the text, over all pages; a picture or file that several pages show counts once."""
    bodies = [text.analyse(page.body, page.base_url) for page in pages]
    paragraphs = [paragraph for body in bodies for paragraph in body.paragraphs]
    whole = "\n\n".join(paragraphs)
    images = _once(image for body in bodies for image in body.images)
    picture = images[0].url if images else cover
    return {
        "article_body": whole,
        "article_body_html": "\n".join(body.html for body in bodies),
        "credits": text.credits(paragraphs),
        "images": images,
        "main_image": MainImage(picture) if picture else None,
        "attachments": _once(attachment for body in bodies for attachment in body.attachments),
        "videos": _once(video for body in bodies for video in body.videos),
        "audios": _once(audio for body in bodies for audio in body.audios),
        "links": [link for body in bodies for link in body.links],
        "in_language": text.language(whole or headline),
    }


def _comment_values(raws: Iterable[RawComment], printed: int, context: Context, zone: tzinfo) -> dict[str, Any]:
    comments = load_comments(raws, context, zone)
    return {"comments": comments, "comments_complete": len(comments) >= printed}


def _once(things: Iterable[_Medium]) -> list[_Medium]:
    """Things with an address, each address once."""
    seen: dict[str, _Medium] = {}
    for thing in things:
        seen.setdefault(thing.url, thing)
    return list(seen.values())


def _publisher(first: RawArticle, context: Context) -> Publisher | None:
    if not first.publisher:
        return None
    target = context.grammar.parse(first.publisher_url) if first.publisher_url else None
    uid = target.number if target is not None and target.kind is Kind.MEMBER else None
    return Publisher(name=text.clean_line(first.publisher), uid=uid or None)


def _source(first: RawArticle) -> Source | None:
    return Source(name=text.clean_line(first.source), url=first.source_url) if first.source else None


def _breadcrumbs(first: RawArticle, context: Context) -> list[Breadcrumb]:
    """The path without the portal's own entry, which comes second and is no category's."""
    crumbs: list[Breadcrumb] = []
    for index, link in enumerate(first.breadcrumbs):
        url = context.grammar.clean(link.url)
        if index == 1 and context.grammar.parse(url).kind is not Kind.LISTING:
            continue
        catid = context.category_id(url) if index else None
        crumbs.append(Breadcrumb(name=plain_name(link.text), url=url, catid=catid))
    return crumbs


def _pages(pages: Sequence[RawArticle], target: Target, context: Context) -> list[Page]:
    """All pages that the pager counts, with the titles that the navigation or the pages themselves print."""
    titles = {entry.number: entry.title for entry in pages[0].pages if entry.title}
    titles.update({page.page: page.page_title for page in pages if page.page_title})
    last = max(pages[0].page_count, pages[-1].page)
    return [
        Page(
            number=number,
            url=context.grammar.build(Target(Kind.ARTICLE, target.number, number, target.name)),
            title=text.clean_line(titles[number]) if number in titles else None,
        )
        for number in range(1, last + 1)
    ]


def _keywords(first: RawArticle, headline: str) -> list[str]:
    tags = [text.clean_line(tag) for tag in first.tags]
    return list(dict.fromkeys([*tags, *split_keywords(first.keywords or "", headline)]))


def _article_link(link: RawLink, context: Context) -> ArticleLink:
    url, aid = context.article_url(link.url)
    printed = int(link.aid) if link.aid and link.aid.isdecimal() else None
    return ArticleLink(url=url, headline=text.clean_line(link.text), aid=printed if printed is not None else aid)


def _site(first: RawArticle, context: Context) -> SiteInfo:
    name = first.site.name or (first.breadcrumbs[0].text if first.breadcrumbs else None)
    return SiteInfo(
        name=plain_name(name) if name else None,
        host=urlsplit(context.grammar.root).netloc,
        generator=first.site.generator,
        charset=first.site.charset.lower() if first.site.charset else None,
        icp=first.site.icp,
    )


def _discuz(first: RawArticle, aid: int, catid: int | None, context: Context) -> Discuz:
    """Discuz!'s numbers; an article made from a forum thread keeps the thread's, where it is told."""
    idtype, number = first.comments_idtype, first.comments_id
    tid = int(number) if idtype == "tid" and number and number.isdecimal() else None
    if idtype is None and first.comments_url:
        target = context.grammar.parse(first.comments_url)
        if target.kind is Kind.THREAD:
            idtype, tid = "tid", target.number
    return Discuz(aid=aid, catid=catid, idtype=idtype, tid=tid)


def _provenance(context: Context, time_zone_source: str) -> Provenance:
    return Provenance(
        run_id=context.run_id,
        fetched_at=context.observed_at,
        http_status=context.http_status,
        encoding=context.encoding,
        encoding_source=context.encoding_source,
        time_zone_source=time_zone_source,
        extractor=context.extractor,
        via=context.via,
    )
