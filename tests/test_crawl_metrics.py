"""The numbers that a crawl leaves for Prometheus."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

from prometheus_client.parser import text_string_to_metric_families

from crawler.extensions.metrics import walls
from crawler.extensions.textfile import GAUGES
from tests.crawling import QUICK, crawl
from tests.whole import site_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal


def read(path: Path) -> dict[tuple[str, ...], float]:
    """Every number by its name and those labels that not all have."""
    found = {}
    for family in text_string_to_metric_families(path.read_text(encoding="utf-8")):
        assert family.documentation == GAUGES[family.name][0]
        for sample in family.samples:
            more = [value for name, value in sample.labels.items() if name not in {"site", "job"}]
            found[(sample.name, *more)] = sample.value
    return found


def test_a_run_tells_what_it_did(small_portal: RunningPortal, tmp_path: Path) -> None:
    settings = QUICK | {"DISCUZ_METRICS_DIR": str(tmp_path / "metrics")}
    before = time.time()
    done = crawl("article", tmp_path, site=small_portal.url, aid="1-6,900001", settings=settings)
    assert done.code == 0, done.stderr
    site = site_of(small_portal)
    path = tmp_path / "metrics" / f"crawler_{site}_article.prom"
    text = path.read_text(encoding="utf-8")
    assert f'discuz_run_exit_code{{job="article",site="{site}"}} 0.0' in text
    numbers = read(path)
    (report,) = (json.loads(one.read_bytes()) for one in tmp_path.glob("*/runs/*/report.json"))
    assert numbers["discuz_run_in_progress",] == 0
    assert numbers["discuz_run_articles", "new"] == len(done.lines(site)) > 0
    assert numbers["discuz_site_articles", "published"] == len(done.lines(site))
    assert numbers["discuz_run_articles", "skipped"] >= 1, "one of them there is not"
    assert numbers["discuz_run_walls", "missing_article"] >= 1
    assert numbers["discuz_run_requests", "article"] == report["plan"]["requests"]["article"]
    assert numbers["discuz_run_response_bytes",] == report["stats"]["downloader/response_bytes"]
    ended = numbers["discuz_run_end_timestamp_seconds",]
    assert before - 1 < numbers["discuz_run_start_timestamp_seconds",] <= ended < time.time() + 1
    assert numbers["discuz_run_last_success_timestamp_seconds",] == ended
    titles = [line["headline"] for line in done.lines(site)]
    assert not any(title in text for title in titles), "what pages say is in no label"

    done = crawl("article", tmp_path, site=small_portal.url, aid="3", settings=settings | {"DISCUZ_UNIT_TRIES": "0"})
    assert read(path)["discuz_run_last_success_timestamp_seconds",] > ended


def test_a_file_that_cannot_be_written_fails_no_run(small_portal: RunningPortal, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = crawl(
        "article",
        tmp_path,
        site=small_portal.url,
        aid="1",
        settings=QUICK | {"DISCUZ_METRICS_FILE": str(tmp_path / "file" / "a.prom")},
    )
    assert (done.code, done.stderr.count("The metrics of this run cannot be written")) == (0, 1), done.stderr


def test_a_name_that_the_collector_does_not_read_is_wrong_use(tmp_path: Path) -> None:
    done = crawl("portal", tmp_path, site="demo", settings={"DISCUZ_METRICS_FILE": "a.txt"})
    assert (done.code, "DISCUZ_METRICS_FILE='a.txt': node_exporter reads files" in done.last_line) == (2, True)


def test_walls_that_another_try_has_passed_are_none() -> None:
    stats = {"discuz/wall/login_count": 2, "discuz/wall/evasive_1_again_count": 9, "discuz/article/done_count": 1}
    assert walls(stats) == {"login": 2}
