"""What stands after an article's text: blocks that the core or its shared templates print, and what they look like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.pages import labels

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from crawler.pages.article.layout import Layout

_ENDS: Final = frozenset({"click_div", "inner_nav", "raid_div", "comment", "comment_ul", "cform", "portalview", "ft"})
_END_PREFIXES: Final = ("click_aid_", "comment_", "diycontentbottom", "diycontentclick", "diycontentrelate")
_LAST: Final = ("click_div", "click_aid_", "comment", "cform", "raid_div", "portalview", "ft")
_MOST_PIECES: Final = 3
_TOOLS: Final = re.compile(r"ac=(?:favorite|share)&type=article|action=article&id=")
_WORDS: Final = labels.RELATED | labels.PREVIOUS | labels.NEXT
_SHARE: Final = re.compile(r"bdshare|jiathis|bshare|social-share|share-?(?:bar|box|button|icon)|tshare", re.IGNORECASE)

#: Classes of boxes that are not the article's text though they may stand amid it.
FOREIGN: Final = re.compile(
    r"(?:^|[\s_-])(?:bdshare\w*|bdsharebuttonbox|jiathis\w*|bshare\w*|share\w*|\w*share(?:box|bar|btn)?|tshare"
    r"|a_(?:af|pr|pt|pb|p|t|f)|ads?|adv|advert\w*|adbox|guanggao|gg"
    r"|ptg|tags?|taglist|article-?tags?|art-?tags?|bq"
    r"|copyright|banquan|shengming|mianze|disclaimer|statement|declare"
    r"|qr-?code|erweima|ewm|qrimg"
    r"|related?|relates?|xgyd|xiangguan\w*|recommend\w*|tuijian"
    r"|read-?more|readmore\w*|unfold\w*|zhankai|show-?more|view-?more|expand(?:-btn|btn)?"
    r"|report|jubao|dashang|reward|zan|praise|digg|like(?:btn|box)?|tool(?:bar|s|box)?)(?:$|[\s_-])",
    re.IGNORECASE,
)


def ends(layout: Layout) -> Iterator[HtmlElement]:
    """The blocks that may come after the text, in document order.

    Args:
        layout: the page.

    Yields:
        blocks that templates also print before the text, and then the first one that comes after it everywhere.
    """
    outline = layout.outline
    after = 0
    for node in outline.nodes[layout.after_heading :]:
        if outline.start(node) < after:
            continue
        if _is_end(layout, node):
            after = outline.end(node)
            yield node
            if is_last(node):
                return
        elif node.tag in {"h2", "h3", "h4", "h5", "em", "strong", "span", "a", "div", "dt", "b", "li", "p"}:
            if not 0 < outline.last_text(node) - outline.first_text(node) <= _MOST_PIECES:
                continue
            if not is_heading_of_other(outline.leaves(node)[0].text):
                continue
            if node.tag == "div" and next(node.iter("img", "video", "iframe"), None) is not None:
                continue  # a box with pictures, and the word at its end
            if leads_to_other(layout, node):
                after = outline.end(node)
                yield node


def is_last(node: HtmlElement) -> bool:
    """Whether a block comes after the text in every template: reactions, comments, related articles, the footer.

    Args:
        node: what `ends` gave.
    """
    return node.get("id", "").startswith(_LAST)


def is_heading_of_other(words: str) -> bool:
    """Whether words begin what leads to other articles: previous, next or related ones.

    Args:
        words: a piece of text as printed.
    """
    if labels.word(words) in _WORDS:
        return True
    for begins in (labels.PREVIOUS_BEGINS, labels.NEXT_BEGINS):
        begun = begins.match(words)
        if begun is not None and words[begun.end() :].lstrip()[:1] in ":：":
            return True
    return False


def _is_end(layout: Layout, node: HtmlElement) -> bool:
    identifier = node.get("id")
    if identifier:
        if identifier in _ENDS or identifier.startswith(_END_PREFIXES):
            return True
        if identifier == "related_article" and node.tag != "a":
            return True
    classes = node.get("class")
    if classes and "pg" in classes.split() and node.tag == "div":
        return is_own_pager(layout, node)
    if node.tag == "a":
        return _TOOLS.search(node.get("href", "")) is not None and node.get("class") != "fav"
    return node.tag == "form" and node.get("name") == "cform"


def is_foreign(node: HtmlElement) -> bool:
    """Whether an element's class or id says that it is not the article's text: shares, ads, tags, a statement.

    Args:
        node: any element.
    """
    classes = node.get("class")
    if classes and FOREIGN.search(classes):
        return True
    identifier = node.get("id")
    if not identifier:
        return False
    return identifier.startswith("portal_block_") or FOREIGN.search(identifier) is not None


def ends_in(layout: Layout, box: HtmlElement) -> Iterator[HtmlElement]:
    """The blocks after the text inside an element.

    Args:
        layout: the page.
        box: the element; it is none itself.
    """
    for node in box.iterdescendants():
        if isinstance(node.tag, str) and _is_end(layout, node):
            yield node


def is_service(node: HtmlElement) -> bool:
    """Whether an element is what a service or the core puts amid a text: buttons to share it, ads, page-builder blocks.

    Args:
        node: any element.
    """
    classes = node.get("class")
    if classes and (_SHARE.search(classes) or classes == "a_af"):
        return True
    identifier = node.get("id")
    return identifier is not None and identifier.startswith(("portal_block_", "bdshare", "jiathis"))


def is_own_pager(layout: Layout, node: HtmlElement) -> bool:
    """Whether a pager's links lead to the pages of this article: what editors paste can hold a pager, too.

    Args:
        layout: the page.
        node: ``div.pg``.
    """
    own = layout.take("aid")
    for link in node.iter("a"):
        target = layout.names.article(link.get("href", ""))
        if target is not None and (own is None or target.number is None or str(target.number) == own):
            return True
    return False


def leads_to_other(layout: Layout, node: HtmlElement) -> bool:
    """Whether an element, or what follows it in its box, links another article.

    Args:
        layout: the page.
        node: what holds a word for previous, next or related articles.
    """
    own = None if labels.word(node.text_content()) in labels.RELATED else layout.take("aid")
    near = [node]
    if labels.word(node.text_content()) in _WORDS:
        parent = node.getparent()
        for one in (node, parent) if parent is not None else (node,):
            following = next(one.itersiblings("*"), None)  # no comment
            if following is not None:
                near.append(following)
                break
    for one in near:
        for link in one.iter("a"):
            target = layout.names.article(link.get("href", ""))
            if target is not None and str(target.number) != own:
                return True
    return False


def is_view(layout: Layout, href: str) -> bool:
    """Whether an address is that of an article's page.

    Args:
        layout: the page.
        href: as printed.
    """
    return layout.names.article(href) is not None
