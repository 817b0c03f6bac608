"""What is known of a site's completeness, as rows of a table."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.completeness.rest import OPEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from crawler.store.model import Category

OF_A_CATEGORY = frozenset({"catid", "name", "parent", "as_of", "asked"})
"""What the sum of all categories has not."""


@dataclass(frozen=True, slots=True)
class Says:
    """What a category's list says of itself.

    Attributes:
        pages: that its pager names.
        per_page: entries on a full page.
        at_least: articles that so many pages hold at least; None if no page tells.
        at_most: and at most.
        listed: articles that it held when it was last walked as a whole.
        end: what was behind its last page then: ``empty``, ``repeats``, None if nobody looked.
        seen_at: when its first page was last read; aware. Lists below a top one are seldom read.
    """

    pages: int | None = None
    per_page: int | None = None
    at_least: int | None = None
    at_most: int | None = None
    listed: int | None = None
    end: str | None = None
    seen_at: datetime | None = None

    @classmethod
    def of(cls, category: Category) -> Says:
        """Read what is remembered of a list."""
        pages, full = category.pages, category.per_page
        if category.state != "open":
            return cls()
        most = pages * full if pages and full else None
        least = (pages - 1) * full + 1 if pages and full and pages > 1 else None
        return cls(pages, full, least, most, category.listed, category.end, category.seen_at)

    @property
    def articles(self) -> int | None:
        """How many articles there are: as counted, if its pager says nothing else since; else at most so many."""
        grown = self.listed is not None and self.at_least is not None and self.listed < self.at_least
        shrunk = self.listed is not None and self.at_most is not None and self.listed > self.at_most
        return self.at_most if self.listed is None or grown or shrunk else self.listed

    @property
    def is_exact(self) -> bool:
        """Whether `articles` is a count and all that there is."""
        return self.end == "empty" and self.listed is not None and self.articles == self.listed


@dataclass(frozen=True, slots=True)
class Row:
    """A category with all below it, or what lies in no category that is known (`catid` None).

    Attributes:
        catid: Discuz!'s number of it.
        name: as its pages print it.
        parent: catid of the category above, None at the top.
        depth: 0 at the top.
        says: what its list says; nothing for one whose articles only the list above it names.
        held: articles with a record, by its status.
        run: what the run did to how many articles (`crawler.store.What`).
        rest: articles without a record, by `Rest`.
        as_of: when the run began whose walk of its list last came to an end; aware.
        asked: whether the site's profile asks for it.
        missing: how many articles are missing; None if that is not proved.
        why: in words, what proves it or what is in the way.
    """

    catid: int | None
    name: str | None = None
    parent: int | None = None
    depth: int = 0
    says: Says = field(default_factory=Says)
    held: Mapping[str, int] = field(default_factory=dict)
    run: Mapping[str, int] = field(default_factory=dict)
    rest: Mapping[str, int] = field(default_factory=dict)
    as_of: datetime | None = None
    asked: bool = True
    missing: int | None = None
    why: str = ""

    @property
    def is_top(self) -> bool:
        """Whether it is a top category that the site's profile asks for."""
        return self.catid is not None and not self.depth and self.asked

    @property
    def known(self) -> int:
        """Articles with a record."""
        return sum(self.held.values())

    @property
    def open(self) -> int:
        """Articles that are missing as far as is known: there may be more."""
        return sum(self.rest.get(rest, 0) for rest in OPEN)

    @property
    def title(self) -> str:
        """What to call it."""
        if self.catid is None:
            return "(no category)"
        return self.name or f"category {self.catid}"

    def as_dict(self) -> dict[str, Any]:
        """Give it as the report writes it."""
        return {
            "catid": self.catid,
            "name": self.name,
            "parent": self.parent,
            "says": {**asdict(self.says), "articles": self.says.articles, "exact": self.says.is_exact},
            "known": self.known,
            **{status: self.held.get(status, 0) for status in ("published", "gone", "moved")},
            "run": dict(self.run),
            "without_record": dict(self.rest),
            "as_of": self.as_of,
            "asked": self.asked,
            "missing": self.missing,
            "why": self.why,
        }


@dataclass(frozen=True, slots=True)
class Account:
    """The whole site.

    Attributes:
        rows: top categories, each followed by those below it; last what lies in none.
        total: all of them.
    """

    rows: Sequence[Row]
    total: Row

    def as_dict(self) -> dict[str, Any]:
        """Give it as the report writes it."""
        total = {name: value for name, value in self.total.as_dict().items() if name not in OF_A_CATEGORY}
        return {"categories": [row.as_dict() for row in self.rows], "total": total}

    @property
    def unproved(self) -> list[Row]:
        """The top categories of which nobody can tell whether anything is missing."""
        return [row for row in self.rows if row.is_top and row.missing is None]
