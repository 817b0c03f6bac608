"""As far as there may be comments that no line tells of, those of a known article are read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawler.spiders.unwritten import are_all_read
from crawler.store import Known

THEN = datetime(2026, 3, 14, tzinfo=UTC)
PAGE = range(101, 121)


def known(last: int | None, ids: tuple[int, ...] | None) -> Known:
    return Known("article/12", 12, last_comment_id=last, comment_ids=ids, first_seen=THEN, last_seen=THEN)


WRITTEN = known(100, tuple(range(1, 101)))


@pytest.mark.parametrize(
    ("before", "read", "count", "enough"),
    [
        (WRITTEN, PAGE, 120, False),  # none of those of before is among them
        (WRITTEN, [100, *PAGE], 120, True),
        (WRITTEN, [100, *PAGE], None, True),
        (WRITTEN, [100, *PAGE], 121, False),  # one waits, or has been let through
        (WRITTEN, [100, *PAGE], 90, True),  # some were taken down
        (WRITTEN, [], 100, False),
        (known(100, None), [100, *PAGE], 121, True),  # nobody knows which are written
        (known(100, None), PAGE, 120, False),
        (known(None, ()), PAGE, 20, False),
        (known(9, (3, 9)), [3, 9], 4, True),  # a page that shows 20 has all of four
        (known(9, (3, 9)), [9], 4, False),  # this one's template shows fewer
        (known(9, (3, 9)), [3, 9], 21, False),
    ],
)
def test_whether_all_are_read(before: Known, read: list[int], count: int | None, enough: bool) -> None:
    assert are_all_read(before, set(read), count) is enough
