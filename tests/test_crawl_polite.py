"""The pace of a crawl, measured at the server: every gap, every connection, and what came inside a Retry-After.

Pages are asked for, and robots.txt, pictures and files: the same pace holds for all of them together.

``--polite 2000`` makes so many requests, in a quarter of an hour; without it there are a few.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING

import pytest

from tests.servers import Asked, Server, text

if TYPE_CHECKING:
    from tests.conftest import StartPortal
    from tests.killing import Crawls
    from tests.servers import Answer

TOLERANCE = 0.05
"""Seconds by which a gap may seem shorter: server and crawl share their processors with all other tests."""
SLOW_EVERY = 7
RULES = "User-agent: *\nDisallow: /forum.php\nCrawl-delay: {delay}\n"


@pytest.mark.timeout(7200)
def test_a_server_sees_nothing_but_manners(
    start_portal: StartPortal, killing: Crawls, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    asked_for: int | None = request.config.getoption("--polite")
    number, delay, wait, refused_every = (asked_for, 0.2, 3, 50) if asked_for else (30, 0.15, 1, 15)
    behind = start_portal(articles=max(60, round(number * 0.62)))
    refusals: list[Asked] = []

    def manners(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return text(RULES.format(delay=delay))
        if not len(server.log) % refused_every:
            refusals.append(asked)
            until = datetime.now(UTC) + timedelta(seconds=wait + 1)  # a date has whole seconds only
            value = format_datetime(until, usegmt=True) if len(refusals) % 2 else str(wait)
            return text("later", f"Retry-After: {value}", status=503 if len(refusals) % 3 else 429)
        if not len(server.log) % SLOW_EVERY:
            sleep(2.5 * delay)
        return None

    with Server(manners, behind.url) as server:
        settings = {
            "DOWNLOAD_DELAY": str(delay / 2),
            "CONCURRENT_REQUESTS_PER_DOMAIN": "2",
            "AUTOTHROTTLE_ENABLED": "1",
            "DISCUZ_MEDIA_ENABLED": "1",
            "DISCUZ_GATE_ENABLED": "0",  # the headlines of so large a portal that is made up are too much alike
        }
        some = {} if asked_for else {"limit": str(number * 2 // 3)}
        ended = killing.run("backfill", tmp_path, server.url, some, settings, longest=7200)
    assert ended.code == 0, ended.stderr
    times = [asked.time for asked in server.log]
    gaps = sorted(after - before for before, after in pairwise(times))
    inside = [
        asked.time - refusal.time
        for refusal in refusals
        for asked in server.log
        if refusal.time < asked.time < refusal.time + wait
    ]
    most = max(asked.open for asked in server.log)
    robots = server.paths.count("/robots.txt")
    media = sum(path.startswith("/data/attachment/") or "mod=attachment" in path for path in server.paths)
    print(
        f"{len(server.log)} requests, {robots} of them for robots.txt, {media} for media, {len(refusals)} refused; "
        f"shortest gaps {[round(gap, 3) for gap in gaps[:3]]} s at {delay} s, {most} connections at most"
    )
    assert len(server.log) >= number
    assert len(refusals) > 1
    assert times[-1] - times[0] >= delay * len(gaps) - TOLERANCE
    assert gaps[0] >= delay - TOLERANCE
    assert most == 2
    assert robots
    assert media >= number / 10
    assert inside == []


def test_no_more_is_asked_for_at_once_than_is_allowed(
    start_portal: StartPortal, killing: Crawls, tmp_path: Path
) -> None:
    with Server(behind=start_portal(articles=60).url) as server:
        ended = killing.run("backfill", tmp_path, server.url, settings={"CONCURRENT_REQUESTS_PER_DOMAIN": "3"})
    assert ended.code == 0, ended.stderr
    assert max(asked.open for asked in server.log) <= 3
