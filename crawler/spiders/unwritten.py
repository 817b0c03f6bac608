"""When the comments of a known article have been read as far as there may be any that no line tells of. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

    from crawler.store import Known

NEWEST: Final = 20
"""Comments that an article's page takes from the newest end; those among them that wait are left out
(``portal_view.php``)."""


def are_all_read(known: Known, read: Collection[int], count: int | None) -> bool:
    """Tell whether all comments of an article that no line tells of are among those that were read, newest first.

    Those that were posted since have higher numbers. One that was posted before, and let through late, stands among
    the known ones: there may be one wherever the site counts more comments than are known. It counts those that wait,
    too (``addportalarticlecomment`` in ``function_portalcp.php``, X3.1-X3.5).

    Args:
        known: the article's last record.
        read: numbers of the comments that were read.
        count: how many the site counts, None where it prints no number.
    """
    last = known.last_comment_id
    if last is None or not any(number <= last for number in read):
        return False
    if known.comment_ids is None:
        return True
    counted = count or 0
    reaches_the_first = min(read) <= min(known.comment_ids, default=last)
    return counted <= len({*known.comment_ids, *read}) or (counted <= NEWEST and reaches_the_first)
