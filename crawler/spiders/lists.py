"""Which categories' lists are walked by every run, which once, and which are swept.

Pure. The list of a category holds the articles of all below it, so that top categories are enough; but one that is cut
off does not show the older ones, and one that shows blocks in their place shows none.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.spiders.tree import above
from crawler.spiders.walk import END

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from crawler.store import Category

REPEATS = "repeats"
"""`Category.end` of a list that is cut off."""
UNLINKED = "unlinked"
"""`Category.state` of one that nothing led to, though every list was walked."""


def is_front(category: Category) -> bool:
    """Tell whether a category was found to show blocks in place of a list."""
    return category.walked_at is not None and category.pages == 1 and category.listed is None


def walkable(categories: Iterable[Category]) -> list[tuple[Category, bool]]:
    """Give the categories whose lists are walked, and of each whether once is enough.

    Top categories and those below a front page are walked by every run; those below a list that is cut off until they
    were walked to their end: what is new in them, that list shows.
    """
    known = {category.key: category for category in categories}
    found = []
    for category in known.values():
        over = [known[key] for key in above(category, known) if key in known]
        if category.state != "open" or len(over) < (category.parent_key is not None):
            continue
        if all(is_front(one) for one in over):
            found.append((category, False))
        elif all(is_front(one) or one.end == REPEATS for one in over):
            found.append((category, True))
    return found


def unlinked(categories: Iterable[Category], begun: datetime) -> list[Category]:
    """Give the top categories that a run did not walk though it walked all that it could, as they are remembered then.

    Args:
        categories: all.
        begun: when the run began; aware.
    """
    tops = (one for one in categories if one.parent_key is None and one.state == "open")
    return [replace(one, state=UNLINKED) for one in tops if one.walked_at != begun]


def swept(categories: Iterable[Category]) -> list[Category]:
    """Give the categories whose lists are swept: those walked to their end, unless one above has all they name."""
    known = {category.key: category for category in categories}
    walked = {key for key, category in known.items() if category.complete_to == END and category.state == "open"}
    whole = {key for key in walked if known[key].end != REPEATS and not is_front(known[key])}
    return [known[key] for key in sorted(walked) if not whole.intersection(above(known[key], known))]
