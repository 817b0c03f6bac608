"""The words of the interface: those that Discuz! prints itself, not the owner and not the editors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.pages.base import compiled, elements, strings, text_of
from crawler.text import language

if TYPE_CHECKING:
    from crawler.pages.base import Page

XPATHS: Final = compiled(
    {
        # common/header.htm, member/login_simple.htm: buttons, and the links to log in and to register
        "buttons": "//button | //label | //a[contains(@href, 'mod=logging') or contains(@href, 'mod=register') "
        "or contains(@href, 'action=lostpasswd') or contains(@href, 'action=login')]",
        # common/pubsearchform.htm, portal/view.htm (X3.1-X3.5), helper_page::multi: what stands in attributes
        "attributes": '//input[@type="submit"]/@value | //div[@class="pg"]//span/@title | //input/@placeholder',
        # portal/view.htm: around the numbers that the core fills in
        "around": 'id("_viewnum")/preceding-sibling::text()[1] | id("_commentnum")/../preceding-sibling::text()[1]',
    },
)


ENGLISH: Final = ("login", "log in", "register", "search", "views", "comments", "remember me", "forgot")
"""Words of the English pack: Latin letters alone tell no language."""


def interface_language(page: Page) -> str | None:
    """Tells the language of a page's interface.

    Args:
        page: any page.

    Returns:
        a BCP 47 tag; None where an owner's template has too few of the interface's words.
    """
    words = [text_of(node) for node in elements(XPATHS["buttons"], page.root)]
    words += strings(XPATHS["attributes"], page.root) + strings(XPATHS["around"], page.root)
    said = " ".join(filter(None, words))
    found = language(said)
    if found is None and sum(word in said.casefold() for word in ENGLISH) > 1:
        return "en"
    return found
