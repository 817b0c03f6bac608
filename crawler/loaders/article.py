"""The article: one record out of all its pages and comments."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urlsplit

import orjson
from itemloaders import ItemLoader
from itemloaders.processors import Identity

from crawler import text
from crawler.discuz.files import unsigned
from crawler.discuz.urls import Kind, Target
from crawler.items import (
    Article,
    ArticleLink,
    Attachment,
    Author,
    Breadcrumb,
    Discuz,
    Image,
    Link,
    MainImage,
    Media,
    Page,
    Provenance,
    Publisher,
    SiteInfo,
    Source,
)
from crawler.loaders.comments import load_comments
from crawler.loaders.context import CHINA
from crawler.loaders.faults import Faults, MandatoryError
from crawler.loaders.values import NO_SUMMARY, count, identifier, plain_name, split_keywords, split_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import tzinfo

    from crawler.items import RawArticle, RawComment, RawLink
    from crawler.loaders.context import Context

_T = TypeVar("_T")
_Medium = TypeVar("_Medium", Image, Attachment, Media)
_Linked = TypeVar("_Linked", Attachment, Link)

GENERIC: Final = "generic"
"""The name of the extractor that knows neither Discuz! nor the theme."""

MOST_PAGES: Final = 1000
"""More pages than any article has: a body of 64 KB a page, cut at ``###NextPage###``, makes some hundreds at most."""

MOST_ON_A_PAGE: Final = 19
"""Comments that an article's page shows at most, with room for one more that is hidden (``portal_view.php``, X3.1-X3.5:
20 of its own, or as many posts of a thread, the first one among them)."""

_HOMES: Final = frozenset({"", "./", "index.php", "forum.php"})


def _lines(values: Iterable[str]) -> list[str]:
    return [text.clean_line(value) for value in values]


def _descriptions(values: Iterable[str]) -> list[str]:
    return [line for line in _lines(values) if line not in NO_SUMMARY]


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
    comments_complete: bool | None = None,
    cover: str | None = None,
    observed_urls: Iterable[str] = (),
) -> Article:
    """The record of an article.

    A field that cannot be loaded is left empty, told in the log and counted (`Faults`).

    Args:
        pages: Its pages, in any order; what is not text is read from the first. Empty ones beyond the last are left
            out.
        comments: All comments at hand, those on the pages too if they are to count; the same one may come twice.
        context: The site, and how its pages were got.
        comments_enabled: Whether comments are wanted at all.
        comments_complete: Whether these are all that the site shows; None where only the printed count tells.
        cover: The picture that the listing shows, for an article without one of its own.
        observed_urls: Other addresses under which the article was met.

    Raises:
        MandatoryError: There is no heading, or neither the pages nor their addresses tell the article's id.
        ValueError: There is no page.
    """
    ordered = _in_order(pages)
    first = ordered[0]
    aid, target = _identity(first, context)
    faults = Faults(first.url, context.count)
    printed = _printed_values(first, faults)
    headline = printed.pop("headline", None)
    if not headline:
        raise MandatoryError("headline", f"no heading on {first.url}")
    url = context.grammar.build(target)
    zone, zone_source = faults.value("date_published", (CHINA, "default"), context.time_zone, first.site)
    crumbs = _breadcrumbs(first, context, faults)
    own = crumbs[-1] if len(crumbs) > 1 or (crumbs and _is_category(crumbs[0], context)) else None

    values = printed
    values |= _date_values(first, context, zone, faults)
    values |= _text_values(ordered, headline, cover, context, faults)
    if comments_enabled:
        values |= _comment_values(comments, values.get("comment_count"), context, zone, faults)
        if comments_complete is not None:
            values["comments_complete"] = comments_complete
    article = Article(
        id=f"{context.site_name}:{aid}",
        url=url,
        headline=headline,
        observed_urls=[other for other in dict.fromkeys(observed_urls) if other != url],
        publisher=faults.value("publisher", None, _publisher, first, context),
        is_based_on=faults.value("is_based_on", None, _source, first),
        breadcrumbs=crumbs,
        article_section=own.name if own else None,
        pages=faults.value("pages", [], _pages, ordered, target, context),
        keywords=faults.value("keywords", [], _keywords, first, headline),
        counts_observed_at=context.observed_at,
        reactions=_reactions(first, faults),
        related=faults.each("related", _article_link, first.related, context),
        previous=faults.value("previous", None, _article_link, first.previous, context) if first.previous else None,
        next=faults.value("next", None, _article_link, first.next, context) if first.next else None,
        site=_site(first, crumbs, context, faults),
        discuz=_discuz(first, aid, own.catid if own else None, context, faults),
        provenance=_provenance(ordered, context, zone_source),
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

    It is taken over compact JSON in UTF-8 with sorted keys, which any other program can make of a record, too: pictures
    and files by their addresses, those that the forum hands out `crawler.discuz.files.unsigned`.

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
        "images": [unsigned(image.url) for image in article.images],
        "attachments": [[unsigned(attachment.url), attachment.name] for attachment in article.attachments],
        "videos": [video.url for video in article.videos],
        "audios": [audio.url for audio in article.audios],
    }
    try:
        canonical = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # half of a surrogate pair: validation mends it, and the hash of a record never fails
        canonical = json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.sha256(canonical).hexdigest()


def _in_order(pages: Sequence[RawArticle]) -> list[RawArticle]:
    """The pages by number, each once, without those beyond the last."""
    if not pages:
        raise ValueError("an article has at least one page")
    kept = {page.page: page for page in pages if not beyond_last(page)}
    return [kept[number] for number in sorted(kept)] or [pages[0]]


def _identity(first: RawArticle, context: Context) -> tuple[int, Target]:
    """The article's id and what its address names: one that is a file keeps its path, every other goes by its id."""
    target = context.grammar.parse(first.url)
    asked = target.number if target.kind is Kind.ARTICLE else None
    aid = identifier(first.aid) or asked
    if not aid:
        raise MandatoryError("discuz.aid", f"no article id on {first.url}")
    if target.kind is Kind.ARTICLE and target.name:
        return aid, Target(Kind.ARTICLE, asked, 1, target.name)
    return aid, Target(Kind.ARTICLE, aid)


def _printed_values(first: RawArticle, faults: Faults) -> dict[str, Any]:
    """The fields that are each made from one printed value."""
    loader = ArticleLoader()
    printed = {
        "headline": first.title,
        "authors": first.author,
        "description": first.summary,
        "view_count": first.views,
        "comment_count": first.comment_count,
    }
    for name, value in printed.items():
        faults.value(name, None, loader.add_value, name, value)
    values: dict[str, Any] = loader.load_item()
    for name in ("view_count", "comment_count"):
        if printed[name] and name not in values:
            faults.note(name, f"{printed[name]!r} is no count")
    return values


def _date_values(first: RawArticle, context: Context, zone: tzinfo, faults: Faults) -> dict[str, Any]:
    if not first.date:
        return {}
    when = faults.value("date_published", None, context.when, first.date, first.date_title, zone)
    raw = text.clean_line(first.date)
    if when is None:
        faults.note("date_published", f"{raw!r} is no date")
    return {
        "date_published": when.value.isoformat() if when else None,
        "date_published_raw": raw or None,
        "date_precision": when.precision if when else None,
    }


def _text_values(
    pages: Sequence[RawArticle], headline: str, cover: str | None, context: Context, faults: Faults
) -> dict[str, Any]:
    """What is in the text, over all pages; a picture or file that several pages show counts once.

    What cannot be read on one page is left out altogether: no field has a hole.
    """
    bodies = faults.value("article_body", None, _bodies, pages)
    picture = MainImage(text.original_image(cover)[0]) if cover else None
    if bodies is None:
        return {"main_image": picture}
    paragraphs = [paragraph for body in bodies for paragraph in body.paragraphs]
    whole = "\n\n".join(paragraphs)
    images = _once(image for body in bodies for image in body.images)
    return {
        "article_body": whole,
        "article_body_html": faults.value("article_body_html", None, _html, bodies),
        "credits": faults.value("credits", {}, text.credits, paragraphs),
        "images": images,
        "main_image": MainImage(images[0].url) if images else picture,
        "attachments": _once(_cleaned((attachment for body in bodies for attachment in body.attachments), context)),
        "videos": _once(video for body in bodies for video in body.videos),
        "audios": _once(audio for body in bodies for audio in body.audios),
        "links": _cleaned((link for body in bodies for link in body.links), context),
        "in_language": faults.value("in_language", None, _language, whole, headline),
    }


def _language(body: str, headline: str) -> str | None:
    """The language of the text; a few pictures or numbers have none, then the headline's."""
    return text.language(body) or text.language(headline)


def _bodies(pages: Sequence[RawArticle]) -> list[text.Body]:
    return [text.analyse(page.body, page.base_url) for page in pages]


def _html(bodies: Sequence[text.Body]) -> str:
    return "\n".join(body.html for body in bodies)


def _comment_values(
    raws: Iterable[RawComment], printed: int | None, context: Context, zone: tzinfo, faults: Faults
) -> dict[str, Any]:
    comments = load_comments(raws, context, zone, faults)
    complete = len(comments) >= printed if printed is not None else len(comments) < MOST_ON_A_PAGE
    return {"comments": comments, "comments_complete": complete}


def _reactions(first: RawArticle, faults: Faults) -> dict[str, int]:
    """The reactions by name, in page order; of several with one name the second is "name (2)"."""
    reactions: dict[str, int] = {}
    seen: Counter[str] = Counter()
    for printed, words in first.reactions:
        name, number = text.clean_line(printed), count(words) if words else 0
        seen[name] += 1
        if number is None:
            faults.note("reactions", f"{name!r}, {words!r} is no count")
        else:
            reactions[name if seen[name] == 1 else f"{name} ({seen[name]})".strip()] = number
    return reactions


def _cleaned(things: Iterable[_Linked], context: Context) -> list[_Linked]:
    """Things with an address of the site, without what Discuz! adds to all of a page's links (``mobile=2``)."""
    cleaned = list(things)
    for thing in cleaned:
        thing.url = context.grammar.clean(thing.url)
    return cleaned


def _once(things: Iterable[_Medium]) -> list[_Medium]:
    """Things with an address, each address once."""
    seen: dict[str, _Medium] = {}
    for thing in things:
        seen.setdefault(thing.url, thing)
    return list(seen.values())


def _publisher(first: RawArticle, context: Context) -> Publisher | None:
    name = text.clean_line(first.publisher or "")
    if not name:
        return None
    target = context.grammar.parse(first.publisher_url) if first.publisher_url else None
    uid = target.number if target is not None and target.kind is Kind.MEMBER else None
    return Publisher(name=name, uid=uid or None)


def _source(first: RawArticle) -> Source | None:
    name = text.clean_line(first.source or "")
    return Source(name=name, url=first.source_url) if name else None


def _breadcrumbs(first: RawArticle, context: Context, faults: Faults) -> list[Breadcrumb]:
    """The path: the site, then the categories, without the portal's own entry and what else stands before them.

    A page whose path begins with a category does not print the site in it; its name elsewhere on the page stands in.
    """
    steps = faults.each("breadcrumbs", _breadcrumb, first.breadcrumbs, context)
    is_category = [_is_category(step, context) for step in steps]
    if True not in is_category:
        return steps[:1] + steps[2:]
    before = steps[: is_category.index(True)]
    site = next((step for step in before if _is_home(step, context)), before[0] if before else None)
    if site is None and first.site.name:
        site = Breadcrumb(name=plain_name(first.site.name), url=context.grammar.root)
    if site is not None:
        site.catid = None
    return [*([site] if site else []), *steps[len(before) :]]


def _breadcrumb(link: RawLink, context: Context) -> Breadcrumb:
    url = context.grammar.clean(link.url)
    return Breadcrumb(name=plain_name(link.text), url=url, catid=context.category_id(url))


def _is_category(step: Breadcrumb, context: Context) -> bool:
    return context.grammar.parse(step.url).kind is Kind.LISTING


def _is_home(step: Breadcrumb, context: Context) -> bool:
    """Whether a step is the site's home, not the portal's (``portal.php``)."""
    below = context.grammar.below(step.url)
    return below is not None and below.partition("?")[0] in _HOMES


def _pages(pages: Sequence[RawArticle], target: Target, context: Context) -> list[Page]:
    """All pages that the pager counts, with the titles that the navigation or the pages themselves print.

    Raises:
        ValueError: There are more than any article has.
    """
    titles = {entry.number: entry.title for entry in pages[0].pages if entry.title}
    titles.update({page.page: page.page_title for page in pages if page.page_title})
    last = max(pages[0].page_count, pages[-1].page, 1)
    if last > MOST_PAGES:
        raise ValueError(f"no article has {last} pages")
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
    return ArticleLink(url=url, headline=text.clean_line(link.text), aid=identifier(link.aid) or aid or None)


def _site(first: RawArticle, crumbs: Sequence[Breadcrumb], context: Context, faults: Faults) -> SiteInfo:
    said = first.site
    name = said.name or (crumbs[0].name if crumbs and not _is_category(crumbs[0], context) else None)
    return SiteInfo(
        name=faults.value("site", None, plain_name, name) if name else None,
        host=urlsplit(context.grammar.root).netloc,
        generator=said.generator,
        charset=said.charset.lower() if said.charset else None,
        icp=said.icp,
    )


def _discuz(first: RawArticle, aid: int, catid: int | None, context: Context, faults: Faults) -> Discuz:
    """Discuz!'s numbers; an article made from a forum thread or a blog says so where its comments are kept."""
    idtype = first.comments_idtype
    tid = identifier(first.comments_id) if idtype == "tid" else None
    if idtype is None and first.comments_url:
        target = faults.value("discuz", None, context.grammar.parse, first.comments_url)
        if target is not None and target.kind is Kind.THREAD:
            idtype, tid = "tid", target.number
        elif target is not None and target.kind is Kind.BLOG:
            idtype = "blogid"
    return Discuz(aid=aid, catid=catid or None, idtype=idtype, tid=tid or None, template=first.site.template)


def _provenance(pages: Sequence[RawArticle], context: Context, time_zone_source: str) -> Provenance:
    """How the record came about; it is generic if the text of any page is what a generic extractor took for it."""
    extractors = [page.extractor for page in pages]
    return Provenance(
        run_id=context.run_id,
        fetched_at=context.observed_at,
        http_status=context.http_status,
        encoding=context.encoding,
        encoding_source=context.encoding_source,
        time_zone_source=time_zone_source,
        extractor=GENERIC if GENERIC in extractors else extractors[0],
        via=context.via,
    )
