"""What is done to each record before it is written.

A transform takes a record as it was published (names in snake_case; with ``--latest`` comments are merged in already)
and gives it back, changed or not, or None to leave it out. It may change the record in place: nobody else has it.

`choose` is called once for each reading of the sources, of which an export may need several: only those of the last one
count what they did. Near-duplicates, names in camelCase and the choice of fields come after.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.export.privacy import Privacy

if TYPE_CHECKING:
    from crawler.export.options import Options

Transform = Callable[[dict[str, Any]], dict[str, Any] | None]


@dataclass(slots=True)
class Chosen:
    """The transforms of an export, in their order.

    Attributes:
        transforms: applied one after another; after one that gives None none follows.
        counts: what they did, in words for the dataset card, and how often: ``"mobile numbers removed"``.
        remarks: sentences on personal data for the dataset card.
    """

    transforms: list[Transform] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def apply(self, record: dict[str, Any]) -> dict[str, Any] | None:
        """Give a record as it is to be written, None if it is to be left out."""
        for transform in self.transforms:
            changed = transform(record)
            if changed is None:
                return None
            record = changed
        return record


def choose(options: Options) -> Chosen:
    """Give the transforms that were asked for."""
    privacy = Privacy(options)
    return Chosen(privacy.transforms, privacy.counts, privacy.remarks)
