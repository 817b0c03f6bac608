"""The numbers of a part: what its records have and what is odd about them, category by category.

Everything is counted while the lines go by once; what is kept is small enough for the store, however long the part.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from math import log2
from typing import TYPE_CHECKING, Any, Final

import orjson

from crawler.gate import traits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Metrics = dict[str, Any]
"""JSON-able; `measure` says what is in it."""

EVERY: Final = "*"
"""The category of what is counted of a part as a whole."""
UNKNOWN: Final = ""
"""The category of records that name none."""
_OTHER: Final = "other"
_MOST_CATEGORIES: Final = 300
_MOST_NAMES: Final = 64
_MOST_ANCHORS: Final = 64
MOST_TEXTS: Final = 512
"""Numbers that stand for texts, and are kept of a part."""
NEAR: Final = 64
"""Different texts back to which one is looked for that is alike: among thousands every column has its namesakes."""
_STEPS: Final = 4  # to the double of a length
_DAY: Final = 24 * 60


def measure(lines: Iterable[bytes]) -> Metrics:
    """Measure a part.

    Args:
        lines: its records, one JSON object each.

    Returns:
        ``lines``, of them ``articles``, ``revisions`` of known ones, and what tells of others ``gone``, ``moved``, or
        of new ``comments``;

        - ``shares``: by metric and category, ``[how many show it, of how many]``
        - ``languages``, ``precisions``, ``lengths``: by category and value, of how many; lengths in steps of 19 %
        - ``names``: of publishers and authors the commonest, as numbers
        - ``anchors``: some articles as ``[aid, minutes since 1970, category]``, by aid
        - ``texts``: numbers that stand for texts of new articles, the lowest ones
        - ``newest``: minutes since 1970 of the newest article
    """
    measuring = _Measuring()
    for line in lines:
        measuring.add(orjson.loads(line))
    return measuring.result()


class _Measuring:
    def __init__(self) -> None:
        self._kinds: Counter[str] = Counter()
        self._shares: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        self._values: dict[str, dict[str, Counter[str]]] = {
            name: defaultdict(Counter) for name in ("languages", "precisions", "lengths")
        }
        self._names: dict[str, Counter[int]] = defaultdict(Counter)
        self._dates: list[tuple[int, int, str]] = []
        self._texts: set[int] = set()
        self._alike: dict[str, dict[int, str | None]] = defaultdict(dict)
        self._categories: set[str] = set()

    def add(self, record: traits.Record) -> None:
        """Count a record."""
        self._kinds["lines"] += 1
        if record.get("kind") == "comments":
            self._kinds["comments"] += 1
        elif record["status"] != "published":
            self._kinds[record["status"]] += 1
        else:
            self._add_article(record)

    def _add_article(self, record: traits.Record) -> None:
        new = record.get("revision", 1) == 1
        self._kinds["articles"] += 1
        self._kinds["revisions"] += not new
        category = self._category(record)
        for name, has in traits.fields_of(record).items():
            self._count(f"coverage.{name}", category, has)
        for name, has in traits.troubles_of(record).items():
            self._count(name, category, has)
        for name, number in traits.alike_of(record).items():
            self._count_alike(f"alike.{name}", number, category)
            if name == "article_body" and new:
                self._keep_text(number)
        length = len(record.get("article_body") or "")
        for name, value in (
            ("languages", traits.language_of(record)),
            ("precisions", record.get("date_precision") or ""),
            ("lengths", str(step_of(length)) if length else ""),
        ):
            if value:
                self._values[name][category][value] += 1
        for name, numbers in traits.names_of(record).items():
            self._names[name].update(numbers)
        minutes = traits.minutes_of(record)
        if minutes is not None:
            self._dates.append((record["discuz"]["aid"], minutes, category))

    def _category(self, record: traits.Record) -> str:
        catid = record["discuz"].get("catid")
        category = UNKNOWN if catid is None else str(catid)
        if category not in self._categories and len(self._categories) >= _MOST_CATEGORIES:
            return _OTHER
        self._categories.add(category)
        return category

    def _count(self, name: str, category: str, has: bool) -> None:
        share = self._shares[name][category]
        share[0] += has
        share[1] += 1

    def _count_alike(self, name: str, number: int, category: str) -> None:
        """Count a record that is like one shortly before it; the first one of several counts when the second comes."""
        numbers = self._alike[name]
        seen = number in numbers
        first = numbers.pop(number, category)
        if seen and first is not None:
            self._shares[name][first][0] += 1
        numbers[number] = None if seen else category
        if len(numbers) > NEAR:
            del numbers[next(iter(numbers))]
        self._count(name, category, seen)

    def _keep_text(self, number: int) -> None:
        self._texts.add(number)
        if len(self._texts) > 2 * MOST_TEXTS:
            self._texts = set(sorted(self._texts)[:MOST_TEXTS])

    def result(self) -> Metrics:
        """Give what was counted."""
        dates = sorted(self._dates)
        for (_, before, _), (_, after, category) in pairwise(dates):
            self._count("order", category, after < before - _DAY)
        return {
            **{kind: self._kinds[kind] for kind in ("lines", "articles", "revisions", "gone", "moved", "comments")},
            "shares": {name: dict(shares) for name, shares in self._shares.items()},
            **{name: {category: dict(of) for category, of in by.items()} for name, by in self._values.items()},
            "names": {
                name: {str(number): times for number, times in counted.most_common(_MOST_NAMES)}
                for name, counted in self._names.items()
            },
            "anchors": [list(anchor) for anchor in _spread(dates)],
            "texts": sorted(self._texts)[:MOST_TEXTS],
            "newest": max((minutes for _, minutes, _ in dates), default=None),
        }


def _spread(dates: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Some of many, evenly, the first and the last among them."""
    few = min(len(dates), _MOST_ANCHORS)
    return (dates[round(number * (len(dates) - 1) / max(1, few - 1))] for number in range(few))


def step_of(length: int) -> int:
    """The step that a length belongs to.

    >>> [step_of(length) for length in (1, 100, 110, 120, 200)]
    [4, 26, 27, 27, 30]
    """
    return int(_STEPS * log2(length + 1))


def length_of(step: int) -> int:
    """A length that belongs to a step, in its middle.

    >>> [length_of(step) for step in (26, 30)]
    [97, 196]
    """
    return int(2 ** ((step + 0.5) / _STEPS)) - 1
