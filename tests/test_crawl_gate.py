"""Must show, as whole crawls: what a portal that is damaged gives is held back, and given again when it is whole."""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from fixtures.portal.damage import NAMES
from tests.crawling import QUICK, Crawl, crawl, differences
from tests.gate.test_damage import MORE
from tests.killing import lasting
from tests.shifting import Weeks
from tests.whole import site_of, without_counts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Crawls

ARTICLES, NIGHT = 100, 8
SOME = ("bodies-notice", "lists-gone", "login-form", "no-publisher")
"""Damage of texts, of lists, of whole pages, of a field."""
WALLS = {"login-everywhere": 3, "login-form": 5, "others-pages": 5, "strange-template": 5}
"""Without a trace of Discuz!, or with another number, they are told from articles: there is nothing to be held back."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "damage" in metafunc.fixturenames:
        metafunc.parametrize("damage", NAMES if metafunc.config.getoption("--damage-all") else SOME)


@dataclass(slots=True)
class Nights:
    """A portal at one address, night after night, and what is known of it.

    Attributes:
        data: ``DISCUZ_DATA_DIR``.
        port: Where the portal is.
        portal: As it is this night.
    """

    data: Path
    port: int
    start: StartPortal
    portal: RunningPortal | None = None

    def night(self, articles: int, damage: str = "", **options: str) -> Crawl:
        """Let the portal have so many articles, and read what is new."""
        if self.portal:
            self.portal.stop()
        options |= {"damage": damage} if damage else {}
        self.portal = self.start(articles=articles, port=self.port, **options)
        return self.crawl("portal")

    def crawl(self, spider: str, **arguments: str) -> Crawl:
        """Read the portal as it is."""
        assert self.portal
        return crawl(spider, self.data, site=self.portal.url, settings=QUICK, **arguments)

    @property
    def folder(self) -> Path:
        """The site's."""
        return self.data / f"127.0.0.1_{self.port}"

    @property
    def published(self) -> list[str]:
        """The ids of all published records."""
        return [record["id"] for record in Crawl(0, "", "", self.data).lines(self.folder.name)]

    @property
    def quarantined(self) -> list[list[dict[str, Any]]]:
        """The records of each file that is held back."""
        return [
            [json.loads(line) for line in path.read_bytes().splitlines()]
            for path in sorted(self.folder.glob("quarantine/*.jsonl"))
        ]

    def an_hour_later(self) -> None:
        """Let the times come at which units that failed are tried again."""
        with closing(sqlite3.connect(self.folder / "store.sqlite3")) as store:
            store.execute("UPDATE units SET next_at = next_at - 3600 WHERE next_at IS NOT NULL")
            store.commit()

    def assert_whole(self) -> None:
        """Every article of the portal is published once and as it is."""
        assert self.portal
        records = Crawl(0, "", "", self.data).lines(self.folder.name)
        ids = [record["id"] for record in records]
        assert len(ids) == len(set(ids))
        truth = [without_counts(record) for record in self.portal.truth(site_of(self.portal))]
        found = differences([without_counts(record) for record in records], truth)
        # What was next to the newest article of a night is news by the next one, and no change of the article.
        changed = {name: fields for name, fields in found.items() if fields.keys() - {"next"}}
        assert changed == {}

    def report(self, *arguments: str) -> Crawl:
        """What ``scrapy report`` says."""
        ended = lasting().scrapy(["report", self.folder.name, *arguments, "-s", f"DISCUZ_DATA_DIR={self.data}"])
        return Crawl(ended.code, ended.stdout, ended.stderr, self.data)


@pytest.fixture(scope="module")
def known(start_portal: StartPortal, tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """A portal that was read as a whole, and again when there was more."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    nights = Nights(tmp_path_factory.mktemp("known"), port, start_portal)
    assert [nights.night(ARTICLES - 10).code, nights.night(ARTICLES).code] == [0, 0]
    assert nights.portal
    nights.portal.stop()
    return nights


@pytest.fixture
def nights(known: Nights, tmp_path: Path) -> Iterator[Nights]:
    """The same, for a test of its own."""
    data = tmp_path / "data"
    shutil.copytree(known.data, data)
    nights = Nights(data, known.port, known.start)
    yield nights
    if nights.portal:
        nights.portal.stop()


def test_damage_is_held_back_and_mended(nights: Nights, damage: str) -> None:
    before = nights.published
    new = MORE.get(damage, NIGHT)
    damaged = nights.night(ARTICLES + new, damage)
    assert nights.published == before
    assert damaged.code == WALLS.get(damage, 5), damaged.last_line
    assert [len(held) for held in nights.quarantined] == ([] if damage in WALLS else [new])
    if damaged.code == 5:
        assert "the gate" in damaged.last_line
        assert "DISCUZ_GATE_" in damaged.last_line
    nights.an_hour_later()
    again = nights.night(ARTICLES + new)
    assert (again.code, len(nights.published)) == (0, len(before) + new), again.last_line
    nights.assert_whole()


@pytest.mark.timeout(3600)
def test_undamaged_runs_give_no_alarm(
    known: Nights, tmp_path: Path, start_portal: StartPortal, pytestconfig: pytest.Config
) -> None:
    """A category after the other of a portal with odd articles, then night by night, with backfills between them."""
    nights = Nights(
        tmp_path / "data", known.port, start_portal, start_portal(articles=100, port=known.port, content="full")
    )
    rng = Random(7)
    ended = [nights.crawl("backfill", category=category) for category in ("gonggao", "12")]
    for number in range(30 if pytestconfig.getoption("--damage-all") else 3):
        ended.append(nights.night(100 + 3 * number + rng.randrange(3), content="full"))
        if number % 5 == 2:
            ended.append(nights.crawl("backfill", category=rng.choice(("7", "2", "shehui"))))
    assert nights.portal
    nights.portal.stop()
    assert [(crawl.code, crawl.last_line) for crawl in ended if crawl.code] == []
    assert nights.quarantined == []


def test_what_a_person_accepts_is_published_and_usual_from_then_on(nights: Nights) -> None:
    before = len(nights.published)
    assert nights.night(ARTICLES + NIGHT, "no-publisher").code == 5
    (held,) = nights.quarantined
    (path,) = nights.folder.glob("quarantine/*.jsonl")
    run = path.name.removesuffix("-0001.jsonl")
    assert "coverage.publisher" in nights.report().stdout
    accepted = nights.report("--accept", run)
    assert accepted.code == 0, accepted.stderr
    assert nights.quarantined == []
    assert nights.published[before:] == [record["id"] for record in held]
    assert nights.night(ARTICLES + 2 * NIGHT, "no-publisher").code == 0
    assert len(nights.published) == before + 2 * NIGHT


def test_what_a_person_rejects_is_fetched_again(nights: Nights) -> None:
    assert nights.night(ARTICLES + NIGHT, "no-publisher").code == 5
    (path,) = nights.folder.glob("quarantine/*.jsonl")
    assert nights.report("--reject", path.name.removesuffix("-0001.jsonl")).code == 0
    assert nights.quarantined == []
    assert nights.night(ARTICLES + NIGHT).code == 0
    nights.assert_whole()


def test_a_site_that_publishes_nothing_for_a_month_is_told_of_and_nothing_held_back(
    start_portal: StartPortal, killing: Crawls, tmp_path: Path
) -> None:
    """It may be a list that stands still, and may be right; what is read again meanwhile is right in any case."""
    weeks = Weeks(start_portal, killing, tmp_path, articles=60, seed=1)
    weeks.change(changes=4, deeds="insert")
    for _ in range(3):
        assert weeks.run("portal").code == 0
        weeks.later(timedelta(hours=1))
    weeks.later(timedelta(days=10))
    weeks.change(changes=1, deeds="title")
    weeks.change(changes=6, deeds="comment")
    weeks.later(timedelta(days=21))
    ended = weeks.run("portal")
    assert (ended.code, "age: the newest article is 31." in ended.last_line) == (5, True), ended.stderr
    assert not list(weeks.folder.glob("quarantine/*"))
    assert weeks.misread() == {}
    again = [line for lines in weeks.written().values() for line in lines[1:]]
    assert {line.get("revision", line["kind"]) for line in again} == {2, "comments"}
    weeks.later(timedelta(days=1))
    ended = weeks.run("portal")
    assert ended.code == 5, ended.stderr
    report, site, accept, run = ended.last_line.rpartition("scrapy ")[2].split()
    killing.scrapy([report, site, accept, run, "-s", f"DISCUZ_DATA_DIR={weeks.data}"])
    weeks.later(timedelta(days=1))
    assert weeks.run("portal").code == 0
