"""A whole crawl whose log is JSON: every line of the error stream and of crawl.log, the last one included."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from tests.crawling import QUICK, crawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal


def test_every_line_is_an_object(small_portal: RunningPortal, tmp_path: Path) -> None:
    done = crawl(
        "article",
        tmp_path,
        site=small_portal.url,
        aid="1-3",
        settings=QUICK | {"DISCUZ_LOG_FORMAT": "json", "DISCUZ_PROGRESS_INTERVAL": "0.1"},
    )
    assert done.code == 0, done.stderr
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert lines[-1]["exit_code"] == 0
    assert "articles new or changed" in lines[-1]["message"]
    opened = next(number for number, line in enumerate(lines) if line["message"] == "Spider opened")
    (run,) = tmp_path.glob("*/runs/*")
    assert {line["run_id"] for line in lines[opened + 1 :]} == {run.name}
    assert all(re.search(r"[+-]\d\d:\d\d$", line["time"]) for line in lines)
    kept = [json.loads(line) for line in (run / "crawl.log").read_text(encoding="utf-8").splitlines()]
    assert {line["spider"] for line in kept} == {"article"}
    assert any(line["message"].startswith("Completeness") for line in kept)


def test_a_format_that_is_none_is_wrong_use(tmp_path: Path) -> None:
    done = crawl("portal", tmp_path, site="demo", settings={"DISCUZ_LOG_FORMAT": "xml"})
    assert (done.code, done.last_line) == (2, "DISCUZ_LOG_FORMAT='xml': text or json is wanted")


def test_wrong_use_is_told_as_an_object_too(tmp_path: Path) -> None:
    done = crawl("portal", tmp_path, settings={"DISCUZ_LOG_FORMAT": "json"})
    assert done.code == 2
    told = json.loads(done.last_line)
    assert (told["level"], told["exit_code"]) == ("ERROR", 2)
    assert told["message"].startswith("site is missing")
