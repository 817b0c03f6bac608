"""One summary: what a person reads, what a program reads, and the last line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.errors import PRECEDENCE, ExitCode
from crawler.schedule.outcome import Outcome
from crawler.schedule.summary import Summary
from tests.store.helpers import START

WELL = Outcome(
    "a", "ended", ExitCode.OK, "a: 2 articles", seconds=61.4, run="R", new=2, missing=0, log=Path("x/crawl.log")
)
DEAD = Outcome("b", "ended", ExitCode.UNREACHABLE, "site='b' cannot be read", seconds=3)
LATER = Outcome("c", "not_due", None, "due at …", next_at=START + timedelta(hours=1))
ALONE = Outcome("d", "left_alone", None, "until 12:00", held=7)
FAULTY = Outcome("e", "faulty", ExitCode.USAGE, "profile e.toml: dely is unknown")


def summary(*outcomes: Outcome, interrupted: str = "") -> Summary:
    return Summary("portal {}", START, START + timedelta(minutes=2), outcomes, interrupted)


def test_the_code_is_that_of_the_site_that_fared_worst() -> None:
    assert summary(WELL, LATER, ALONE).code == ExitCode.OK
    assert summary(WELL, DEAD).code == ExitCode.UNREACHABLE
    assert summary(WELL, DEAD, FAULTY).code == ExitCode.USAGE
    assert summary(WELL, interrupted="SIGTERM").code == ExitCode.INTERRUPTED
    assert summary(*(replace(WELL, code=code) for code in PRECEDENCE)).code == ExitCode.STORAGE


def test_nobody_need_look_at_what_goes_on_by_itself() -> None:
    cut = replace(WELL, code=ExitCode.INTERRUPTED)
    assert summary(WELL, cut, LATER, ALONE).is_well
    assert not summary(WELL, DEAD).is_well
    assert not summary(replace(cut, signal="SIGKILL")).is_well
    assert not summary(WELL, interrupted="SIGTERM").is_well


def test_the_tables_tell_each_site_once_and_leave_out_those_that_are_not_due() -> None:
    first, said, others, held = summary(WELL, DEAD, LATER, ALONE, FAULTY).sections()
    assert [row.cells for row in first.rows] == [
        ("a", "well", "2", "0", "0", "0", "0", "0:01:01", "x/crawl.log"),
        ("b", "not reached (3)", "-", "-", "-", "-", "0", "0:00:03", "-"),
    ]
    assert [row.cells for row in said.rows] == [("b", "site='b' cannot be read")]
    assert [row.cells for row in others.rows] == [
        ("d", "asked to be left alone", "until 12:00"),
        ("e", "cannot be started", "profile e.toml: dely is unknown"),
    ]
    assert [row.cells for row in held.rows] == [("d", "7 records", "scrapy report d")]


@pytest.mark.parametrize(
    ("outcomes", "words"),
    [
        ((), "crawl-all: no site has a profile yet: scrapy probe https://www.example.com/ --save makes one"),
        ((WELL,), "crawl-all: 1 of 1 sites started, 1 well"),
        (
            (WELL, DEAD, LATER, ALONE),
            "crawl-all: 2 of 4 sites started, 1 well, not reached (3): b, 1 not due, 1 asked to be left alone",
        ),
        ((LATER,), "crawl-all: 0 of 1 sites started, 1 not due, the next is c, at 2026-03-14 "),
        (
            tuple(replace(DEAD, site=f"s{number}") for number in range(7)),
            "crawl-all: 7 of 7 sites started, not reached (3): s0, s1, s2, s3, s4 and 2 more",
        ),
    ],
)
def test_the_last_line(outcomes: tuple[Outcome, ...], words: str) -> None:
    assert summary(*outcomes).words.startswith(words)


def test_a_crawl_that_was_killed_is_told_with_its_signal() -> None:
    killed = replace(DEAD, code=ExitCode.INTERRUPTED, signal="SIGKILL")
    assert killed.told == "interrupted (SIGKILL)"
    assert killed.as_dict()["signal"] == "SIGKILL"
    assert replace(WELL, state="under_way").told == "under way already"


def test_for_a_program() -> None:
    told = summary(WELL, LATER, interrupted="SIGINT").as_dict()
    assert (told["exit_code"], told["interrupted"]) == (8, "SIGINT")
    assert told["sites"][0] == {
        "site": "a",
        "state": "ended",
        "exit_code": 0,
        "words": "a: 2 articles",
        "signal": None,
        "seconds": 61.4,
        "run_id": "R",
        "new": 2,
        "changed": 0,
        "gone": 0,
        "missing": 0,
        "held": 0,
        "log": "x/crawl.log",
        "next_at": None,
    }
    assert told["sites"][1]["exit_code"] is None
    assert told["sites"][1]["next_at"] == "2026-03-14T16:09:26+00:00"
