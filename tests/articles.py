"""An article of the fixture portal with another body: whatever a test wants one to show."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.request import urlopen

from tests.servers import answer

if TYPE_CHECKING:
    from collections.abc import Iterable

BODY = re.compile(rb'(<td id="article_content">).*?(</td>)', re.DOTALL)


def page_showing(portal: str, root: str, aid: int, body: str, headline: str = "") -> bytes:
    """The answer to a request for an article's page, in UTF-8.

    Args:
        portal: address of the portal that has the article, with a slash at its end.
        root: where it is served, with a slash at its end.
        aid: its number.
        body: markup in place of its own.
        headline: in place of its own; empty for that.
    """
    with urlopen(f"{portal}portal.php?mod=view&aid={aid}") as page:
        text: bytes = page.read()
    text, found = BODY.subn(
        lambda parts: parts[1] + body.encode() + parts[2], text.replace(portal.encode(), root.encode())
    )
    assert found == 1
    if headline:
        text = re.sub(rb'(<h1 class="ph">)[^<]*', lambda parts: parts[1] + headline.encode(), text)
    return answer(200, text, kind="text/html; charset=utf-8")


def pictures(addresses: Iterable[str]) -> str:
    """Markup that shows pictures."""
    return "".join(f'<p>图<img src="{address}" /></p>' for address in addresses)
