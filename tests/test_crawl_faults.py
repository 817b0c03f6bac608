"""Whole crawls of portals that misbehave: what is told, what is lost (nothing), and what is left for the next run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.crawling import QUICK, crawl, differences

if TYPE_CHECKING:
    from tests.conftest import StartPortal

PATIENT = QUICK | {"RETRY_PRIORITY_ADJUST": "0", "DOWNLOAD_TIMEOUT": "5"}


def name_of(url: str) -> str:
    return url.removeprefix("http://").rstrip("/").replace(":", "_")


@pytest.mark.parametrize("fault", ["500-once", "reset", "truncated"])
def test_what_fails_once_is_asked_for_again(start_portal: StartPortal, tmp_path: Path, fault: str) -> None:
    portal = start_portal(articles=60, fault=fault)
    name = name_of(portal.url)
    ended = crawl("backfill", tmp_path, site=portal.url, settings=PATIENT)
    assert ended.code == 0, ended.stderr
    truth = portal.truth(name)
    # Half a page that the server counted as read makes the next view one more.
    for record in truth if fault == "truncated" else []:
        record.pop("view_count", None)
    found = ended.lines(name)
    for record in found if fault == "truncated" else []:
        record.pop("view_count", None)
    assert differences(found, truth) == {}


def test_articles_that_are_missing_are_skipped_with_their_reason(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, fault="404-all")
    name = name_of(portal.url)
    ended = crawl("backfill", tmp_path, site=portal.url, settings=PATIENT)
    assert ended.lines(name) == []
    assert "skipped (missing_article)" in ended.last_line
    assert ended.code == 0, ended.stderr
