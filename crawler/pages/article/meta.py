"""Date, publisher, counts, author and source: from the meta line of the default template, else from the small print."""

from __future__ import annotations

import re
from operator import attrgetter
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.items import RawLink
from crawler.pages import labels
from crawler.pages.article import landmarks
from crawler.pages.article.layout import links_in, words_in
from crawler.pages.article.line import Date
from crawler.pages.base import compiled, elements, first, strings, text_of
from crawler.pages.dated import find_date
from crawler.pages.rules import Field, Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from lxml.html import HtmlElement

    from crawler.pages.article.layout import Layout
    from crawler.pages.article.tokens import Token
    from crawler.pages.outline import Leaf

XPATHS: Final = compiled(
    {
        "counter": 'id("_viewnum")',
        "comment_counter": '/descendant::em[@id="_commentnum"]',
        # Where all comments are: around the counter, which the core's own list of comments ends with
        # (portal/portal_comment.htm), whether they are the article's own, a thread's or a blog's.
        "all_comments": '/descendant::a[contains(@href, "mod=comment") and contains(@href, "idtype=aid")]'
        ' | /descendant::a[@href][.//em[@id="_commentnum"]]',
        "comments": 'id("comment")',
        "members": '/descendant::a[contains(@href, "mod=space") or contains(@href, "space-u")]',
        "exact": ".//@title | @title",
    },
)

_NUMBER: Final = re.compile(r"\d[\d,]*")
_LAST_NUMBER: Final = re.compile(r"(\d[\d,]*)\D*\Z")
_MEMBER: Final = re.compile(
    r"mod=space&(?:amp;)?(?:uid|username)=[^&]+(?!.*[?&;]do=(?!profile))|\bspace-(?:uid|username)-",
)
_VIEW_HINT: Final = re.compile(r"view|see|read|eye|hit|look|browse|liulan|yuedu|chakan|cksl|watch|visit", re.IGNORECASE)
_COMMENT_HINT: Final = re.compile(r"repl|comment|cmt|msg|message|pinglun|huifu|hfsl|chat|talk", re.IGNORECASE)
_SOURCE_HINT: Final = re.compile(r"from|source|origin|laiyuan|(?:^|[\s_-])ly(?:$|[\s_-])", re.IGNORECASE)
_AUTHOR_HINT: Final = re.compile(r"author|writer|zuozhe", re.IGNORECASE)
_COMMENT: Final = re.compile(r"comment_\d")
_CHANGED: Final = re.compile(r"更新|修改|修訂|modif|updat", re.IGNORECASE)


# --- dates --------------------------------------------------------------------------------------------------------


def _small_date(layout: Layout) -> Date | None:
    """The first date of the small print, unless it is that of a change."""
    dates = [token for token in layout.small_print if token.is_date]
    kept = [token for token in dates if not _CHANGED.search(token.label)] or dates
    return _date(kept[0]) if kept else None


def _date(token: Token) -> Date:
    """A date with the exact one from ``span[title]``, in which Discuz! prints it (``dgmdate()``, format ``u``)."""
    holder: HtmlElement | None = token.leaf.holder
    for _ in range(2):
        if holder is None:
            break
        title = holder.get("title")
        if title and find_date(title):
            return Date(token.text, title)
        holder = holder.getparent()
    return Date(token.text)


def _themed_date(_: Layout, found: list[HtmlElement | str]) -> Date | None:
    for node in found:
        words = words_in(node)
        if words:
            titles = [] if isinstance(node, str) else strings(XPATHS["exact"], node)
            return Date(find_date(words) or words, next((title for title in titles if find_date(title)), None))
    return None


# --- the publisher ------------------------------------------------------------------------------------------------


def is_member(href: str) -> bool:
    """Whether an address is that of a member's space.

    Args:
        href: as printed.
    """
    return _MEMBER.search(href) is not None


def _member(layout: Layout, links: Iterable[HtmlElement | None]) -> RawLink | None:
    """The first link to a member that has a name."""
    for link in links:
        if link is None or not is_member(link.get("href", "")):
            continue
        name = _name(link)
        if name:
            return RawLink(name, layout.page.absolute(link.get("href", "")))
    return None


def _name(link: HtmlElement) -> str | None:
    """The name in a link to a member: its first words, but for a label."""
    for piece in link.itertext():
        words = piece.strip()
        label, value = labels.split(words)
        if label in labels.PUBLISHER or label in labels.AUTHOR:
            words = value
        if words and labels.word(words) not in labels.PUBLISHER | labels.AUTHOR:
            return words
    return None


def _small_member(layout: Layout) -> RawLink | None:
    return _member(layout, (token.link for token in layout.small_print))


def _any_member(layout: Layout) -> RawLink | None:
    """The nearest link to a member before the heading, else the first after it that is no comment's."""
    outline = layout.outline
    links = [link for link in elements(XPATHS["members"], layout.root) if link in outline]
    near = [link for link in links if not layout.is_aside(link) and not layout.in_text(link)]
    at = layout.after_heading
    before = [link for link in near if outline.start(link) < at][::-1][:3]
    return _member(layout, [*[link for link in near if outline.start(link) >= at], *before])


def _labelled_publisher(layout: Layout) -> RawLink | None:
    """A name without a link, known by its label alone."""
    for token in layout.small_print:
        if token.label in labels.PUBLISHER and token.label not in labels.AUTHOR and token.text and not token.is_date:
            return RawLink(token.text, "")
    return None


def _themed_publisher(layout: Layout, found: list[HtmlElement | str]) -> RawLink | None:
    link = next(iter(links_in(found)), None)
    text = next((words for node in found if (words := words_in(node))), None)
    if text is None:
        return None
    label, value = labels.split(text)
    return RawLink(value if label else text, layout.page.absolute(link.get("href", "")) if link is not None else "")


# --- counts -------------------------------------------------------------------------------------------------------


def _counter(name: str) -> Callable[[Layout], str | None]:
    def read(layout: Layout) -> str | None:
        node = first(XPATHS[name], layout.root)
        found = None if node is None else _NUMBER.search(text_of(node))
        return found[0] if found else None

    return read


def _labelled_count(known: frozenset[str], hint: re.Pattern[str]) -> Callable[[Layout], str | None]:
    """The number with a known label, else the one beside a sign whose class says what it counts."""

    def read(layout: Layout) -> str | None:
        small = layout.small_print
        for token in small:
            if token.label in known and (found := _NUMBER.search(token.text)):
                return found[0]
        return next((token.text for token in small if _bare(token) and hint.search(_hints(token.leaf))), None)

    return read


def _bare(token: Token) -> bool:
    return token.is_number and not token.label


def _hints(leaf: Leaf) -> str:
    """The classes of what a number stands in, and of the sign before it."""
    nodes = [leaf.holder, leaf.before, leaf.holder.getparent() if leaf.before is None else None]
    if leaf.before is None:
        nodes.append(leaf.holder.getprevious())
    parent = leaf.holder.getparent()
    if parent is not None and parent.tag == "a":
        nodes.append(parent)
    signs = [node for node in nodes if node is not None and isinstance(node.tag, str)]
    return " ".join(f"{node.get('class', '')} {node.get('title', '')}" for node in signs)


def _bare_views(layout: Layout) -> str | None:
    """Of two bare numbers the first, or the only one."""
    bare = _unclaimed(layout)
    return bare[0] if bare else None


def _bare_comments(layout: Layout) -> str | None:
    """Of two bare numbers the second."""
    bare = _unclaimed(layout)
    return bare[1] if len(bare) == 2 else None


def _unclaimed(layout: Layout) -> list[str]:
    """Bare numbers of the small print of which no sign says what they count."""
    return [token.text for token in layout.small_print if _bare(token)]


def _linked_comments(layout: Layout) -> str | None:
    """The number in the link to all comments."""
    for link in elements(XPATHS["all_comments"], layout.root):
        found = _LAST_NUMBER.search(text_of(link))
        if found:
            return found[1]
    return None


def _comments_heading(layout: Layout) -> str | None:
    """The only number in what stands over the comments, beside a word for them."""
    box = first(XPATHS["comments"], layout.root)
    if box is None or box not in layout.outline:
        return None
    words = []
    for leaf in layout.outline.leaves(box):
        if any(
            one.tag == "form" or one.get("id") == "comment_ul" or _COMMENT.match(one.get("id", ""))
            for one in (leaf.holder, *leaf.holder.iterancestors())
        ):
            break
        words.append(leaf.text)
    text = " ".join(words[:6])
    numbers = _NUMBER.findall(text)
    return numbers[0] if len(numbers) == 1 and any(label in text.lower() for label in labels.COMMENTS) else None


def _counted_elsewhere(known: frozenset[str]) -> Callable[[Layout], str | None]:
    """A labelled number outside the small print: beside the text, or after it."""

    def read(layout: Layout) -> str | None:
        for token in layout.small_print_elsewhere:
            if token.label in known and (found := _NUMBER.fullmatch(token.text)):
                return found[0]
        return None

    return read


def _themed_count(_: Layout, found: list[HtmlElement | str]) -> str | None:
    for node in found:
        number = _NUMBER.search(words_in(node))
        if number:
            return number[0]
    return None


def _comments_url(layout: Layout) -> str | None:
    link = first(XPATHS["all_comments"], layout.root)
    return None if link is None else layout.page.absolute(link.get("href", ""))


# --- author and source --------------------------------------------------------------------------------------------


def _author_in(found: Iterable[Token]) -> str | None:
    for token in found:
        by_member = token.link is not None and is_member(token.link.get("href", ""))
        if token.label in labels.AUTHOR and token.text and not token.is_date and not by_member:
            return token.text
    return None


def _has_colon(token: Token) -> bool:
    """Whether a label is surely one: beside the small print a word alone may be anything."""
    return token.has_colon


def _source_in(layout: Layout, found: Iterable[Token]) -> RawLink | None:
    for token in found:
        if token.label in labels.SOURCE and token.text and not token.is_date:
            return _source(layout, token)
    return None


def _source(layout: Layout, token: Token) -> RawLink:
    link = token.link
    return RawLink(token.text, layout.page.absolute(link.get("href", "")) if link is not None else "")


def _outside_link(layout: Layout) -> RawLink | None:
    """A link of the small print that leads off the site: only a source does."""
    host = _host(layout.page.base_url)
    for token in layout.small_print:
        if token.link is None or token.label in labels.ALL or not token.text or _is_one_of_several(token.link):
            continue
        url = layout.page.absolute(token.link.get("href", ""))
        if url.startswith(("http://", "https://")) and _host(url) != host and layout.names.article(url) is None:
            return _source(layout, token)
    return None


def _is_one_of_several(link: HtmlElement) -> bool:
    """Whether a link stands among others in a box, as buttons to share an article do."""
    parent = link.getparent()
    if parent is None or landmarks.is_service(parent) or landmarks.is_foreign(parent):
        return True
    return sum(node.get("target") is not None or not node.get("href", "") for node in parent.iterchildren("a")) > 1


def _hinted(hint: re.Pattern[str]) -> Callable[[Layout], Token | None]:
    """A value of the small print without a label, in a box whose class says what it is."""

    def read(layout: Layout) -> Token | None:
        for token in layout.small_print:
            by_member = token.link is not None and is_member(token.link.get("href", ""))
            if token.label or token.is_date or token.is_number or by_member or not token.text:
                continue
            if hint.search(token.leaf.holder.get("class", "")):
                return token
        return None

    return read


def _hinted_source(layout: Layout) -> RawLink | None:
    token = _hinted(_SOURCE_HINT)(layout)
    return None if token is None else _source(layout, token)


def _hinted_author(layout: Layout) -> str | None:
    token = _hinted(_AUTHOR_HINT)(layout)
    return None if token is None else token.text


def _host(url: str) -> str:
    """The host of an address, "" where it has none that can be read."""
    try:
        return urlsplit(url).netloc
    except ValueError:  # such as "http://["
        return ""


def _touch_source(layout: Layout) -> RawLink | None:
    """What follows the counts in X3.5's template for phones: it has no label there (``touch/portal/view.htm``)."""
    small = layout.small_print
    counts = [number for number, token in enumerate(small) if _NUMBER.fullmatch(token.text)]
    if not layout.is_touch or len(counts) < 2:
        return None
    rest = [token for token in small[counts[1] + 1 :] if token.text and not token.is_date]
    return _source(layout, rest[0]) if rest else None


def _themed_words(_: Layout, found: list[HtmlElement | str]) -> str | None:
    for node in found:
        label, value = labels.split(words_in(node))
        if value:
            return value if labels.word(label) in labels.ALL else words_in(node)
    return None


def _themed_source(layout: Layout, found: list[HtmlElement | str]) -> RawLink | None:
    words = _themed_words(layout, found)
    link = next(iter(links_in(found)), None)
    if words is None:
        return None
    return RawLink(words, layout.page.absolute(link.get("href", "")) if link is not None else "")


# --- the fields ---------------------------------------------------------------------------------------------------

_LINE: Final = 'p[em[@id="_viewnum"]]'
_SMALL: Final = "the small print between heading and text"

DATE: Final[Field[Layout]] = Field(
    [Rule(f"{_LINE}: its first part", attrgetter("line.date"))],
    [Rule(f"{_SMALL}: what has the form of a date", _small_date)],
    _themed_date,
)
PUBLISHER: Final[Field[Layout]] = Field(
    [Rule(f"{_LINE}: the link to a member", attrgetter("line.publisher"))],
    [
        Rule(f"{_SMALL}: the link to a member", _small_member),
        Rule("the link to a member nearest to the heading, comments aside", _any_member),
        Rule(f"{_SMALL}: what is labelled as publisher", _labelled_publisher),
    ],
    _themed_publisher,
)
VIEWS: Final[Field[Layout]] = Field(
    [
        Rule(f"{_LINE}: the part with #_viewnum", attrgetter("line.views")),
        Rule(XPATHS["counter"].path, _counter("counter")),
    ],
    [
        Rule(f"{_SMALL}: the number labelled as views", _labelled_count(labels.VIEWS, _VIEW_HINT)),
        Rule(f"{_SMALL}: of the numbers without a label the first", _bare_views),
        Rule("a number labelled as views elsewhere on the page", _counted_elsewhere(labels.VIEWS)),
    ],
    _themed_count,
)
COMMENT_COUNT: Final[Field[Layout]] = Field(
    [
        Rule(f"{_LINE}: the part after the views", attrgetter("line.comment_count")),
        Rule(XPATHS["comment_counter"].path, _counter("comment_counter")),
    ],
    [
        Rule(f"{_SMALL}: the number labelled as comments", _labelled_count(labels.COMMENTS, _COMMENT_HINT)),
        Rule(f"{_SMALL}: of two numbers without a label the second", _bare_comments),
        Rule("the number in the link to all comments", _linked_comments),
        Rule('id("comment"): the number over the comments', _comments_heading),
        Rule("a number labelled as comments elsewhere on the page", _counted_elsewhere(labels.COMMENTS)),
    ],
    _themed_count,
)
COMMENTS_URL: Final[Field[Layout]] = Field(
    [Rule(f"{_LINE}: the link around the comments", attrgetter("line.comments_url"))],
    [Rule(XPATHS["all_comments"].path, _comments_url)],
)
AUTHOR: Final[Field[Layout]] = Field(
    [Rule(f"{_LINE}: of the parts after the comments, the author by its label or order", attrgetter("line.author"))],
    [
        Rule(f"{_SMALL}: what is labelled as author", lambda layout: _author_in(layout.small_print)),
        Rule(f"{_SMALL}: what is in a box whose class says author", _hinted_author),
        Rule(
            "what is labelled as author after the text",
            lambda layout: _author_in(filter(_has_colon, layout.small_print_elsewhere)),
        ),
    ],
    _themed_words,
)
SOURCE: Final[Field[Layout]] = Field(
    [
        Rule(
            f"{_LINE}: of the parts after the comments, the source by its label, link or order",
            attrgetter("line.source"),
        )
    ],
    [
        Rule(f"{_SMALL}: what is labelled as source", lambda layout: _source_in(layout, layout.small_print)),
        Rule(f"{_SMALL}: what is in a box whose class says source", _hinted_source),
        Rule(f"{_SMALL}: the link that leads off the site", _outside_link),
        Rule(".wzview_top: what follows the counts", _touch_source),
        Rule(
            "what is labelled as source after the text",
            lambda layout: _source_in(layout, filter(_has_colon, layout.small_print_elsewhere)),
        ),
    ],
    _themed_source,
)
