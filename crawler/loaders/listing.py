"""Entries of listings and feeds, as `extract` prints them and as units remember them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler import text
from crawler.loaders.values import NO_SUMMARY, plain_name, within

if TYPE_CHECKING:
    from datetime import tzinfo

    from crawler.items import RawEntry
    from crawler.loaders.context import Context


def listing_entry(raw: RawEntry, context: Context, zone: tzinfo) -> dict[str, Any]:
    """An article as a listing shows it, ready for JSON.

    Args:
        raw: The entry as printed.
        context: The site, and how its pages were got.
        zone: The zone in which the listing's dates are printed.

    Returns:
        ``aid``, ``url``, ``title``, ``date`` (ISO 8601 with offset), ``date_raw``, ``summary``, ``thumbnail``,
        ``category`` ({``name``, ``url``, ``catid``}) and ``author``; None for what is not printed.
    """
    url, aid = context.article_url(raw.url)
    when = context.when(raw.date, raw.date_title, zone)
    category = None
    if raw.category is not None:
        link = context.grammar.clean(raw.category.url) if raw.category.url else None
        category = {
            "name": plain_name(raw.category.text),
            "url": link,
            "catid": context.category_id(link) if link else None,
        }
    return {
        "aid": aid or within(raw.aid or 0) or None,
        "url": url,
        "title": text.clean_line(raw.title),
        "date": when.value.isoformat() if when else None,
        "date_raw": raw.date,
        "summary": None if (summary := text.clean_line(raw.summary or "")) in NO_SUMMARY else summary,
        "thumbnail": raw.thumbnail,
        "category": category,
        "author": raw.author,
    }
