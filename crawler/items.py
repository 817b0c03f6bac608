"""What a page gives (`Raw…`) and what a reader gets (`Article` and its parts).

The raw values are what pages print, untouched; the record is what RECORD's rules make of them. Both are plain
dataclasses: `itemadapter.ItemAdapter` reads them, `orjson` writes them. Fields of the record carry the names of
schema.org ``NewsArticle`` and zyte-common-items ``Article`` in snake_case, in the order in which they are written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from lxml.html import HtmlElement

SCHEMA_VERSION = "1"


# --- raw values: what a page gives ------------------------------------------------------------------------------


@dataclass(slots=True)
class RawLink:
    """A link as printed: text and resolved address."""

    text: str
    url: str
    aid: str | None = None


@dataclass(slots=True)
class RawPageEntry:
    """One page of an article, from its pager or its inner navigation (``#inner_nav``)."""

    number: int
    url: str
    title: str | None = None


@dataclass(slots=True)
class RawComment:
    """One comment as ``portal/comment_li`` prints it.

    ``body`` is the ``dd`` element with the words; what they answer to, if anything, is in ``quote`` and not in it.
    A guest has neither ``author`` nor ``author_url``.
    """

    cid: str
    author: str | None
    author_url: str | None
    date: str
    date_title: str | None
    body: HtmlElement | None
    quote: HtmlElement | None = None


@dataclass(slots=True)
class RawSite:
    """What a page says of its site: head, script variables and footer. None is what it does not say.

    ``template`` is the folder of the template that the page was made with, ``touch`` for Discuz!'s one for phones.
    """

    name: str | None = None
    generator: str | None = None
    charset: str | None = None
    icp: str | None = None
    gmt_offset: str | None = None
    template: str | None = None


@dataclass(slots=True)
class RawArticle:
    """One page of an article, values as printed.

    ``body`` holds the containers of the article's content, in order: what is in them is the text, their tails are not.
    ``url`` is the address at which the page was fetched. ``extractor`` is "default", the theme's name, or "generic"
    where the body is what a generic extractor takes for it.
    """

    aid: str | None
    page: int
    title: str
    page_title: str | None = None
    date: str | None = None
    date_title: str | None = None
    publisher: str | None = None
    publisher_url: str | None = None
    views: str | None = None
    comment_count: str | None = None
    comments_url: str | None = None
    author: str | None = None
    source: str | None = None
    source_url: str | None = None
    summary: str | None = None
    breadcrumbs: list[RawLink] = field(default_factory=list)
    body: list[HtmlElement] = field(default_factory=list)
    body_found: bool = False
    body_empty: bool = False
    pages: list[RawPageEntry] = field(default_factory=list)
    page_count: int = 1
    reactions: list[tuple[str, str]] = field(default_factory=list)
    related: list[RawLink] = field(default_factory=list)
    previous: RawLink | None = None
    next: RawLink | None = None
    keywords: str | None = None
    comments: list[RawComment] = field(default_factory=list)
    comments_idtype: str | None = None
    comments_id: str | None = None
    tags: list[str] = field(default_factory=list)
    site: RawSite = field(default_factory=RawSite)
    base_url: str = ""
    url: str = ""
    extractor: str = "default"


@dataclass(slots=True)
class RawEntry:
    """One article in a listing or a feed; only a feed names an author."""

    title: str
    url: str
    aid: int | None
    date: str | None = None
    date_title: str | None = None
    summary: str | None = None
    thumbnail: str | None = None
    category: RawLink | None = None
    highlight: str | None = None
    author: str | None = None


@dataclass(slots=True)
class RawListing:
    """One page of a category's list: its entries, its pager, and the categories around it."""

    catid: int | None
    name: str | None
    entries: list[RawEntry]
    page: int
    pages: int
    has_next: bool
    breadcrumbs: list[RawLink] = field(default_factory=list)
    children: list[RawLink] = field(default_factory=list)
    siblings: list[RawLink] = field(default_factory=list)
    links: list[RawLink] = field(default_factory=list)
    site: RawSite = field(default_factory=RawSite)
    base_url: str = ""


@dataclass(slots=True)
class RawComments:
    """One page of ``mod=comment``: newest first, 25 a page. ``article`` is what they are about."""

    entries: list[RawComment]
    page: int
    pages: int
    count: int | None = None
    article: RawLink | None = None
    site: RawSite = field(default_factory=RawSite)
    base_url: str = ""


@dataclass(slots=True)
class RawHome:
    """The portal's home: the categories that it names, in order, with catid where that shows; and every link.

    ``has_navigation`` says whether Discuz!'s own navigation, or the theme, named them.
    """

    categories: list[tuple[int | None, RawLink]]
    has_navigation: bool = False
    links: list[RawLink] = field(default_factory=list)
    site: RawSite = field(default_factory=RawSite)
    base_url: str = ""


@dataclass(slots=True)
class RawArchiver:
    """A text-only copy of a part of the forum; ``full`` is what it is a copy of."""

    title: str | None
    links: list[RawLink]
    page: int = 1
    pages: int = 1
    full: RawLink | None = None
    site: RawSite = field(default_factory=RawSite)
    base_url: str = ""


@dataclass(slots=True)
class RawFeed:
    """An RSS feed; ``url`` is the page that it belongs to, ``catid`` None for the whole portal."""

    title: str | None
    url: str
    catid: int | None
    entries: list[RawEntry]


# --- the record -------------------------------------------------------------------------------------------------

Status = Literal["published", "gone", "moved"]
Precision = Literal["second", "minute", "day", "relative"]


@dataclass(slots=True)
class Author:
    """原作者. ``name`` is trimmed of labels and brackets; ``name_raw`` is as printed."""

    name: str
    name_raw: str


@dataclass(slots=True)
class Publisher:
    """发布者: the account that posted the article."""

    name: str | None
    uid: int | None


@dataclass(slots=True)
class Source:
    """来自: where the text was taken from."""

    name: str
    url: str | None = None


@dataclass(slots=True)
class Breadcrumb:
    """A step of the path: the site first, then categories, outermost first."""

    name: str
    url: str
    catid: int | None = None


@dataclass(slots=True)
class Page:
    """One page of the article."""

    number: int
    url: str
    title: str | None = None


@dataclass(slots=True)
class Image:
    """A picture of the body; ``url`` is the largest address that the page names."""

    url: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None
    thumb_url: str | None = None
    local_path: str | None = None
    sha256: str | None = None


@dataclass(slots=True)
class MainImage:
    """The article's picture: the first of its body, else the cover that the listing shows."""

    url: str


@dataclass(slots=True)
class Attachment:
    """A file offered in the body. ``size`` is bytes, None unless printed or fetched."""

    url: str
    name: str
    size: int | None = None
    local_path: str | None = None
    sha256: str | None = None


@dataclass(slots=True)
class Media:
    """An embedded video or sound."""

    url: str


@dataclass(slots=True)
class Link:
    """A link inside the body."""

    url: str
    text: str


@dataclass(slots=True)
class Comment:
    """A comment; guests have neither author nor uid. ``date`` is ISO 8601 with offset."""

    id: int
    author: str | None
    author_uid: int | None
    date: str | None
    text: str
    quote: str | None = None


@dataclass(slots=True)
class ArticleLink:
    """A link to another article of the site."""

    url: str
    headline: str
    aid: int | None = None


@dataclass(slots=True)
class SiteInfo:
    """The site as its page states it."""

    name: str | None
    host: str
    generator: str | None = None
    charset: str | None = None
    icp: str | None = None


@dataclass(slots=True)
class Discuz:
    """Discuz!'s own numbers of the article."""

    aid: int
    catid: int | None = None
    idtype: str | None = None
    tid: int | None = None
    template: str | None = None


@dataclass(slots=True)
class Provenance:
    """How the record came about."""

    run_id: str | None
    fetched_at: str | None
    http_status: int | None
    encoding: str | None
    encoding_source: str | None
    time_zone_source: str | None
    schema_version: str = SCHEMA_VERSION
    extractor: str = "default"
    via: str = "http"


@dataclass(slots=True, kw_only=True)
class Article:
    """One article as it stood when it was read."""

    id: str
    kind: str = "article"
    status: Status = "published"
    url: str
    moved_to: str | None = None
    observed_urls: list[str] = field(default_factory=list)
    headline: str | None = None
    date_published: str | None = None
    date_published_raw: str | None = None
    date_precision: Precision | None = None
    date_modified: str | None = None
    authors: list[Author] = field(default_factory=list)
    publisher: Publisher | None = None
    is_based_on: Source | None = None
    breadcrumbs: list[Breadcrumb] = field(default_factory=list)
    article_section: str | None = None
    description: str | None = None
    article_body: str | None = None
    article_body_html: str | None = None
    pages: list[Page] = field(default_factory=list)
    credits: dict[str, list[str]] = field(default_factory=dict)
    images: list[Image] = field(default_factory=list)
    main_image: MainImage | None = None
    attachments: list[Attachment] = field(default_factory=list)
    videos: list[Media] = field(default_factory=list)
    audios: list[Media] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    keywords: list[str] = field(default_factory=list)
    view_count: int | None = None
    comment_count: int | None = None
    counts_observed_at: str | None = None
    reactions: dict[str, int] = field(default_factory=dict)
    comments: list[Comment] | None = None
    comments_complete: bool = False
    related: list[ArticleLink] = field(default_factory=list)
    previous: ArticleLink | None = None
    next: ArticleLink | None = None
    in_language: str | None = None
    content_hash: str | None = None
    revision: int = 1
    site: SiteInfo
    discuz: Discuz
    provenance: Provenance


@dataclass(slots=True, kw_only=True)
class CommentsUpdate:
    """New comments on an article that is known already, which did not change itself."""

    id: str
    kind: str = "comments"
    status: Status = "published"
    comments: list[Comment]
    counts_observed_at: str
