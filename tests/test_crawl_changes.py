"""A portal that changes while it is crawled, over weeks: in the end the records are what it is, each change once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

import pytest

from fixtures.portal.editors import DEEDS
from tests.shifting import Weeks

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import StartPortal
    from tests.killing import Crawls

SETTINGS = {
    "DISCUZ_RESWEEP_DAYS": "2",
    # Nearly every article of this portal comes to be changed: no site does that.
    "DISCUZ_GATE_ENABLED": "0",
}
GAPS = [timedelta(hours=hours) for hours in (1, 1, 3, 6, 12, 24, 24, 48, 96)]
"""Between two runs."""
AFTERWARDS = [timedelta(days=days) for days in (2, 2, 2, 25)]
"""Runs when nothing changes any more: the sweep comes by, the young articles grow old, and what is missing is gone."""
REQUESTS_A_CHANGE = 4
"""While a run is under way."""


@pytest.mark.timeout(7200)
def test_in_the_end_the_records_are_what_the_portal_is(
    request: pytest.FixtureRequest, start_portal: StartPortal, killing: Crawls, tmp_path: Path
) -> None:
    """After a backfill the scheduled job runs, every hour or every few days, while articles come, change and go."""
    wanted: int | None = request.config.getoption("--changes")
    runs, articles, changes = (20, 300, wanted) if wanted else (3, 60, 60)
    seed = 1
    weeks = Weeks(start_portal, killing, tmp_path, articles=articles, seed=seed)
    weeks.change(changes=max(40, articles // 5), deeds="recent")
    rng = Random(seed)
    meanwhile = 0
    for number in range(runs):
        if number:
            weeks.later(rng.choice(GAPS))
        at_once = changes // runs // 2
        weeks.change(changes=at_once, every=REQUESTS_A_CHANGE)
        ended = weeks.run("portal" if number else "backfill", settings=SETTINGS)
        assert ended.code == 0, ended.stderr
        weeks.change(every=0, changes=max(0, changes // runs - at_once - (weeks.changes - at_once)))
        meanwhile += weeks.changes - at_once
        assert weeks.misread() == {}, f"after run {number}"
    assert meanwhile > runs
    for passed in AFTERWARDS:
        weeks.later(passed)
        ended = weeks.run("portal", settings=SETTINGS)
        assert ended.code == 0, ended.stderr
    assert weeks.chronicle.changes >= changes
    assert weeks.misread() == {}
    assert weeks.behind() == {}
    told = Counter(line.what for lines in weeks.chronicle.lines().values() for line in lines)
    assert min(told[what] for what in ("published", "moved", "gone", "comments")) > 0, told
    if wanted:
        assert weeks.deeds() >= set(DEEDS) - {"recent", "backdate", "tie"}
    # Nothing is new: the run asks for no article.
    weeks.later(timedelta(hours=1))
    weeks.run("portal", settings=SETTINGS | {"DISCUZ_RESWEEP_DAYS": "0"})
    assert weeks.articles == 0


def test_comments_that_are_let_through_late_come_as_new(
    start_portal: StartPortal, killing: Crawls, tmp_path: Path
) -> None:
    """They stand among those that are known, on the page or far behind it, under the numbers that they always had."""
    weeks = Weeks(start_portal, killing, tmp_path, articles=60, seed=1)
    for deed, times in (("insert", 1), ("hold", 1), ("comment", 12), ("hold", 1), ("comment", 1)):
        weeks.change(changes=times, deeds=deed)
    late: list[set[int]] = []
    for hours in (2, 6, 24):
        weeks.later(timedelta(hours=hours))
        ended = weeks.run("portal")
        assert ended.code == 0, ended.stderr
        assert weeks.misread() == {}
        late = [{one["id"] for one in line["comments"]} for line in max(weeks.written().values(), key=len)]
        weeks.change(changes=1, deeds="approve")
    assert weeks.behind() == {}
    first, *further = late
    assert len(first) > 45
    assert [len(new) for new in further] == [1, 1]
    assert max(map(max, further)) < max(first)
