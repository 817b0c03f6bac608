"""What a record needs to know besides the pages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import TYPE_CHECKING, Final

from crawler.discuz.dates import parse_date, parse_offset
from crawler.discuz.urls import Kind, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime, tzinfo

    from crawler.discuz.dates import When
    from crawler.discuz.urls import Grammar
    from crawler.items import RawSite

CHINA: Final = timezone(timedelta(hours=8))
"""The zone of a site that states none: Discuz! comes set to it (``timeoffset`` in ``install_data.sql``, X3.1-X3.5)."""


@dataclass(slots=True)
class Context:
    """The site, and how its pages were got.

    Attributes:
        site_name: The site's name; articles are numbered within it.
        grammar: Reads and writes the site's addresses.
        fetched_at: When the article's first page came, aware.
        zone: The profile's time zone; None where it has none, and the page or Chinese time decides.
        run_id: The run that fetched the pages, None outside of one.
        http_status: The first page's status.
        encoding: The charset by which it was read, and `encoding_source`, where that is known from.
        via: "http" or "browser".
        category_ids: Catid by cleaned address, for categories whose address does not tell it.
        count: Adds one to the number of a name, for what cannot be loaded; None where nobody counts.
    """

    site_name: str
    grammar: Grammar
    fetched_at: datetime
    zone: tzinfo | None = None
    run_id: str | None = None
    http_status: int | None = None
    encoding: str | None = None
    encoding_source: str | None = None
    via: str = "http"
    category_ids: Mapping[str, int] = field(default_factory=dict)
    count: Callable[[str], object] | None = None

    @property
    def observed_at(self) -> str:
        """When the pages were read, to the second."""
        return self.fetched_at.isoformat(timespec="seconds")

    def time_zone(self, site: RawSite) -> tuple[tzinfo, str]:
        """The zone in which a page's times are printed.

        Args:
            site: What the page says of its site.

        Returns:
            The zone, and where it is known from: "profile", "footer" (its GMT offset) or "default".
        """
        if self.zone is not None:
            return self.zone, "profile"
        stated = parse_offset(site.gmt_offset)
        return (stated, "footer") if stated is not None else (CHINA, "default")

    def when(self, printed: str | None, title: str | None, zone: tzinfo) -> When | None:
        """The moment that a page prints.

        Args:
            printed: The date as printed.
            title: The exact date that goes with a relative one.
            zone: The page's zone.
        """
        return parse_date(printed, now=self.fetched_at, zone=zone, title=title)

    def article_url(self, url: str) -> tuple[str, int | None]:
        """The canonical address of an article's first page, and its aid.

        Args:
            url: A link to an article as printed.

        Returns:
            The address without session and tracking parts and no aid, where it is not known to lead to an article.
        """
        target = self.grammar.parse(url)
        if target.kind is not Kind.ARTICLE:
            return self.grammar.clean(url), None
        return self.grammar.build(Target(Kind.ARTICLE, target.number, 1, target.name)), target.number

    def category_id(self, url: str) -> int | None:
        """The catid of a category, None while it is not known.

        Args:
            url: The category's cleaned address.
        """
        target = self.grammar.parse(url)
        known = target.number if target.kind is Kind.LISTING else None
        return known if known is not None else self.category_ids.get(url)
