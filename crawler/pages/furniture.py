"""What stands around the content of a page, whatever the template: navigation, blocks of the page builder, pagers.

Blocks are full of links to articles, and no list's entries are among them. The core prints them itself, in every
template: ``block_display()`` prints ``div#portal_block_<bid>.block.move-span``, the page builder keeps a page's frames
in ``div.area`` behind a comment ``<!--[diy=name]-->`` (``source/function/function_block.php``, X3.1-X3.5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.pages.base import compiled, elements

if TYPE_CHECKING:
    from lxml.html import HtmlElement


def _has(*names: str) -> str:
    return " or ".join(f'contains(concat(" ", normalize-space(@class), " "), " {name} ")' for name in names)


_IDS: Final = (
    *("toptb", "hd", "nv", "mu", "ft", "scbar", "scbar_type_menu", "qmenu_menu", "append_parent"),
    *("comment", "comment_ul", "cform"),
)

XPATHS: Final = compiled(
    {
        "furniture": "//*["
        + " or ".join(f'@id="{name}"' for name in _IDS)
        + " or self::nav or self::footer"
        + f" or {_has('pg', 'pgs', 'p_pop', 'dhnav_box', 'dhnavs_box')}"
        + ' or starts-with(@id, "portal_block_")'
        + f" or ({_has('move-span')})"
        + f' or (({_has("area")}) and (starts-with(@id, "diy") or starts-with(normalize-space('
        + 'preceding-sibling::node()[not(self::text()[normalize-space(.)=""])][1][self::comment()]), "[diy=")))'
        + "]",
        "side": f"//*[self::aside or {_has('sd')}]",
    },
)

_ASIDE: Final = re.compile(
    r"(?:^|[-_\s])(?:side|sidebar|aside|right|rank|ranking|hot|slide|slider|slides|swiper|banner|focus|carousel|scroll"
    r"|marquee|foot|footer|nav|menu|header|top|related|relate|tuijian|paihang|recommend|rec|links?|tags?)"
    r"(?:\d|box|bar|list|nav|s)?(?:$|[-_\s])",
    re.IGNORECASE,
)


def furniture(root: HtmlElement) -> set[HtmlElement]:
    """The outermost elements, and elements within them, that hold nothing of the page's own content.

    Args:
        root: the page.
    """
    return set(elements(XPATHS["furniture"], root))


def side_columns(root: HtmlElement) -> set[HtmlElement]:
    """The columns beside the content: links to categories in them are the site's own, links to articles are no list.

    Args:
        root: the page.
    """
    return set(elements(XPATHS["side"], root))


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
