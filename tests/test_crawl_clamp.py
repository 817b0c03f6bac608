"""A list that shows its first pages and repeats the last of them: a backfill finds what lies behind all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from fixtures.portal.categories import POLITICS
from tests.crawling import Crawl, differences
from tests.whole import site_of, truth_of, without_counts

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Crawls

MOST_REQUESTS = 1.3
"""For an article."""
ELSEWHERE = 1.23, 70
"""A portal's articles, for each of the category and beside them."""
UNJUDGED = {"DISCUZ_GATE_ENABLED": "0"}
"""Of 20,000 headlines made of a few words most are alike."""
SLOW = 0.2
"""Seconds for an article, at worst: others run at the same time."""


@pytest.fixture(scope="module")
def articles(request: pytest.FixtureRequest) -> int:
    """How many the category holds."""
    return int(request.config.getoption("--clamp") or 200)


@pytest.fixture(scope="module")
def clamped(start_portal: StartPortal, articles: int) -> RunningPortal:
    """A portal of which each list shows 100 pages, or 4 if it is a small one."""
    for_each, beside = ELSEWHERE
    return start_portal(articles=round(articles * for_each) + beside, clamp=100 if articles > 1500 else 4)


@pytest.fixture(scope="module")
def truth(clamped: RunningPortal) -> list[dict[str, Any]]:
    """What it knows of itself."""
    return truth_of(clamped)


def is_politics(record: dict[str, Any]) -> bool:
    return bool(record["discuz"]["catid"] == POLITICS)


def without_cover(record: dict[str, Any]) -> dict[str, Any]:
    """A record but for what its readers change, and for the picture that only a list shows of an article."""
    return without_counts(record) | ({} if record.get("images") else {"main_image": None})


@pytest.mark.timeout(7200)
@pytest.mark.parametrize("job", [{}, {"category": str(POLITICS)}], ids=["the whole site", "the category"])
def test_all_articles_behind_a_clamp_are_found(
    clamped: RunningPortal,
    truth: list[dict[str, Any]],
    articles: int,
    killing: Crawls,
    tmp_path: Path,
    job: dict[str, str],
) -> None:
    """By the lists below, by the links from article to article, and by their numbers."""
    wanted = [record for record in truth if not job or is_politics(record)]
    assert sum(map(is_politics, truth)) >= articles
    before = len(clamped.log())
    longest = 100 + round(SLOW * len(wanted))
    ended = killing.run("backfill", tmp_path, clamped.url, job, UNJUDGED, longest=longest)
    assert ended.code == 0, ended.stderr
    records = Crawl(0, "", "", tmp_path).lines(site_of(clamped))
    # An article that redirects names no category: the job finds those that its lists name.
    found = [record for record in records if not job or record["status"] == "published"]
    assert differences([*map(without_cover, found)], [*map(without_cover, wanted)]) == {}
    requests = len(clamped.log()) - before
    print(f"{requests} requests for {len(wanted)} articles")
    assert requests <= MOST_REQUESTS * len(wanted), f"{requests / len(wanted):.3f} requests an article"
