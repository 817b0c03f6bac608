"""Notices in place of what was asked for, in templates that print them in markup of their own.

``showmessage()`` (``source/function/function_core.php``, X3.1-X3.5) prints what went wrong. The default template puts
it into ``#messagetext``, the touch one into ``div.jump_c``. Whatever a template does, the page's title begins with the
words for "notice" of the language pack (``title_board_message`` in ``source/language/lang_core.php``): they tell where
nothing else is left to.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.discuz.walls.packs import NOTICE_TITLES
from crawler.pages.base import compiled, first, strings

if TYPE_CHECKING:
    from crawler.pages.base import Page

XPATHS: Final = compiled({"touch": '//div[@class="jump_c"]', "title": "/html/head/title/text()"})


def is_notice(page: Page) -> bool:
    """Whether a page is a notice in Discuz!'s own markup.

    Args:
        page: Any page.
    """
    return page.is_notice or is_touch_notice(page)


def is_touch_notice(page: Page) -> bool:
    """Whether a page is a notice in the touch template's markup.

    Args:
        page: Any page.
    """
    return first(XPATHS["touch"], page.root) is not None


def is_called_notice(page: Page) -> bool:
    """Whether a page calls itself a notice: for pages on which nothing is of what was asked for.

    Args:
        page: Any page.
    """
    titles = strings(XPATHS["title"], page.root)
    return bool(titles) and titles[0].partition(" - ")[0].strip() in NOTICE_TITLES
