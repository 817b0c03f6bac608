"""What stands around the content of a page, whatever the template: navigation, blocks of the page builder, pagers.

Blocks are full of links to articles, and no list's entries are among them. The core prints them itself, in every
template: ``block_display()`` prints ``div#portal_block_<bid>.block.move-span``, the page builder keeps a page's frames
in ``div.area`` behind a comment ``<!--[diy=name]-->`` (``source/function/function_block.php``, X3.1-X3.5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_IDS: Final = frozenset(
    {
        "toptb",
        "hd",
        "nv",
        "mu",
        "ft",
        "scbar",
        "scbar_type_menu",
        "qmenu_menu",
        "append_parent",
        "comment",
        "comment_ul",
    }
    | {"cform"},
)
_CLASSES: Final = frozenset({"pg", "pgs", "p_pop", "dhnav_box", "dhnavs_box", "move-span"})
_TAGS: Final = frozenset({"nav", "footer"})

_ASIDE: Final = re.compile(
    r"(?:^|[-_\s])(?:side|sidebar|aside|right|rank|ranking|hot|slide|slider|slides|swiper|banner|focus|carousel|scroll"
    r"|marquee|foot|footer|nav|menu|header|top|related|relate|tuijian|paihang|recommend|rec|links?|tags?)"
    r"(?:\d|box|bar|list|nav|s)?(?:$|[-_\s])",
    re.IGNORECASE,
)


def is_furniture(node: HtmlElement) -> bool:
    """Whether an element holds nothing of the page's own content.

    Args:
        node: any element.
    """
    if node.tag in _TAGS:
        return True
    identifier, names = node.get("id"), node.get("class")
    if identifier is not None and (identifier in _IDS or identifier.startswith("portal_block_")):
        return True
    if names is None:
        return False
    classes = names.split()
    if not _CLASSES.isdisjoint(classes):
        return True
    return identifier is not None and "area" in classes and (identifier.startswith("diy") or _is_marked(node))


def _is_marked(node: HtmlElement) -> bool:
    """Whether the page builder's comment stands before an element."""
    before = node.getprevious()
    return before is not None and not isinstance(before.tag, str) and (before.text or "").startswith("[diy=")


def is_side(node: HtmlElement) -> bool:
    """Whether an element is a column beside the content: its links to categories are the site's own, no list is in it.

    Args:
        node: any element.
    """
    return node.tag == "aside" or "sd" in node.get("class", "").split()


def is_aside(node: HtmlElement) -> bool:
    """Whether the names that a template gave to an element or to one around it say that it stands beside the content.

    Such names are the template's own: a hint, no proof.

    Args:
        node: any element below ``body``.
    """
    return any(
        _ASIDE.search(f"{around.get('class', '')} {around.get('id', '')}") is not None
        for around in (node, *node.iterancestors())
        if around.tag not in {"body", "html"}
    )
