"""What tells a page of Discuz!'s, and one that holds what was asked for."""

from __future__ import annotations

import re
from typing import Final

# One of them is on every page of content in Discuz!'s own templates, none of them on a wall. Themes keep the ids.
CONTENT_IDS: Final = ("article_content", "_viewnum", "comment_ul", "portalview", "postlist", "blog_article")
_CONTENT: Final = (*(f'id="{name}"' for name in CONTENT_IDS), 'class="bm_c xld"')
_LOOSELY: Final = re.compile(
    rf"""<[a-z][^<>]*?\s(?:id\s*=\s*["']?(?:{"|".join(CONTENT_IDS)}|click_aid_\d+_\d+)"""
    r"""|class\s*=\s*["']\s*bm_c\s+xld)(?=["'\s>])""",
    re.IGNORECASE,
)

# On every page that has Discuz!'s header; a theme may leave out the name, not the script variable.
_DISCUZ: Final = ("discuz_uid", "Discuz!")
_SCRIPTS: Final = ("portal.php", "forum.php", "home.php", "member.php")
_LINKS: Final = re.compile(
    rf"""(?:href|src)\s*=\s*["']?[^"'<>\s]*(?:{"|".join(map(re.escape, _SCRIPTS))})""", re.IGNORECASE
)


def has_content(text: str) -> bool:
    """Tell whether a page holds an article, a list, comments, a thread or a blog."""
    return any(sign in text for sign in _CONTENT) or _LOOSELY.search(text) is not None


def is_discuz(text: str) -> bool:
    """Tell whether a page is made by Discuz!'s templates."""
    return any(sign in text for sign in _DISCUZ)


def links_to_discuz(text: str) -> bool:
    """Tell whether a page links to scripts of Discuz!'s; one that only names the address that was asked for does not.

    >>> links_to_discuz('<a href="/portal.php?mod=list">x</a>'), links_to_discuz("/portal.php was not found")
    (True, False)
    """
    return any(script in text for script in _SCRIPTS) and _LINKS.search(text) is not None
