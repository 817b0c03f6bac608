"""Whether a response is the page that was asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.http import TextResponse

from crawler.discuz import walls

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.discuz.urls import Grammar, Target


def location_of(response: Response) -> str | None:
    """Give where a response redirects to, as it says it; None if it is no redirect."""
    header = response.headers.get("Location") if 300 <= response.status < 400 else None
    return header.decode("latin-1") if header else None


def judge(response: Response, target: Target, grammar: Grammar) -> walls.Verdict | None:
    """Tell what stands before the page that was asked for; None if nothing does.

    Args:
        response: what came.
        target: what was asked for.
        grammar: how the site spells addresses.
    """
    location = location_of(response)
    return walls.classify(
        status=response.status,
        text=response.text if isinstance(response, TextResponse) else "",
        asked=target.kind,
        # Where guests are barred it is "member.php?…", below a category's folder, too, and means the site's root
        # (source/class/discuz/discuz_application.php, X3.4, X3.5).
        location=grammar.parse(location) if location else None,
        phones=location is not None and walls.leads_to_phones(response.urljoin(location), response.url, target),
    )
