"""Comments are switched off: no page of them is asked for, and none of what other pages show of them is kept."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawling import QUICK, Crawl, allowing
from tests.killing import lasting
from tests.shifting import Weeks

if TYPE_CHECKING:
    from tests.conftest import StartPortal
    from tests.killing import Crawls

OFF = {"DISCUZ_COMMENTS_ENABLED": "0", "DISCUZ_GATE_ENABLED": "0", "LOG_LEVEL": "DEBUG"}
COMMENTS = re.compile(r"mod=comment|viewthread|thread-|do=blog|blog-")


@pytest.fixture(scope="module")
def weeks(start_portal: StartPortal, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    weeks = Weeks(start_portal, killing, tmp_path_factory.mktemp("data"), articles=100, seed=1, content="full")
    weeks.change(changes=10, deeds="recent")
    return weeks


def remarks(record: dict[str, Any]) -> list[str]:
    """What is said in a record's comments, where it is long enough to be found."""
    return [line for comment in record["comments"] or () for line in comment["text"].split("\n") if len(line) > 5]


def test_what_is_switched_off_is_not_fetched(weeks: Weeks) -> None:
    truth = [record for record in weeks.chronicle.records().values() if record["status"] == "published"]
    kept_elsewhere = {record["discuz"]["idtype"] for record in truth if record["comments"]}
    assert kept_elsewhere >= {None, "tid", "blogid"}
    assert any(record["comment_count"] > 20 for record in truth)
    said = []
    for hours, changes in ((0, 0), (30, 10)):
        weeks.later(timedelta(hours=hours))
        weeks.change(changes=changes, deeds="comment")
        ended = weeks.run("portal", settings=OFF)
        assert ended.code == 0, ended.stderr
        said += [ended.stdout, ended.stderr]
    asked = [line["path"] for line in weeks.portal.log() if "path" in line]
    assert [path for path in asked if COMMENTS.search(path)] == []
    lines = Crawl(0, "", "", weeks.data).lines(weeks.name)
    assert len(lines) == len({line["id"] for line in lines}) > 60, "nothing is written for a comment"
    assert {(line["kind"], line.get("comments"), line.get("comments_complete")) for line in lines if "url" in line} == {
        ("article", None, False),
    }
    kept = [path.read_bytes().decode("utf-8", "replace") for path in weeks.data.rglob("*") if path.is_file()]
    spoken = {line for record in weeks.chronicle.records().values() if "comments" in record for line in remarks(record)}
    assert len(spoken) > 50
    assert [line for line in spoken if any(line in text for text in (*kept, *said))] == []


def test_neither_a_probe_nor_an_extract_reads_them(weeks: Weeks) -> None:
    url = weeks.portal.url
    truth = [record for record in weeks.chronicle.records().values() if record.get("comments")]
    most = max(truth, key=lambda record: record["comment_count"])
    settings = QUICK | OFF | {"LOG_LEVEL": "ERROR"}
    given = [*allowing(url), *(word for name, value in settings.items() for word in ("-s", f"{name}={value}"))]
    probed = lasting().scrapy(["probe", most["url"], "--json", *given])
    assert probed.code == 0, probed.stderr
    assert json.loads(probed.stdout)["articles"]
    extracted = lasting().scrapy(["extract", most["url"], "--explain", *given])
    record = json.loads(extracted.stdout)["record"]
    assert (record["comment_count"], record["comments"]) == (most["comment_count"], None)
    asked = [line["path"] for line in weeks.portal.log() if "path" in line]
    assert [path for path in asked if COMMENTS.search(path)] == []
    said = probed.stdout + probed.stderr + extracted.stdout + extracted.stderr
    assert [line for record in truth for line in remarks(record) if line in said] == []
