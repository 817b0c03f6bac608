"""The pages of a site's runs and of all sites: what they know, and that processes do not tear them."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING, Any

import pytest

from crawler.errors import StorageError
from crawler.extensions import overview, pages
from crawler.extensions.overview import INDEX, LOCK, RUNS, rebuild, refresh, write_overview, write_site
from crawler.extensions.run_folder import PAGE, REPORT, read, write
from crawler.store.lock import Lock
from tests.reports import samples

if TYPE_CHECKING:
    from pathlib import Path


def crawled(data: Path, name: str, *reports: dict[str, Any]) -> Path:
    """The folder of a site, with runs that have reports."""
    for report in reports:
        folder = data / name / "runs" / report["run_id"]
        folder.mkdir(parents=True)
        write(folder, report)
    return data / name


def links(page: Path) -> list[str]:
    """The pages and files that a page links to; all of them must be there."""
    found = [part.partition('"')[0] for part in page.read_text("utf-8").split('href="')[1:]]
    own = [link for link in found if not link.startswith("http")]
    assert [link for link in own if not (page.parent / link).exists()] == []
    return own


def runs_of(site: Path) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = json.loads((site / RUNS).read_bytes())["runs"]
    return told


def test_every_page_that_can_be_made_is_made(tmp_path: Path) -> None:
    site = crawled(tmp_path, "example", *samples.history(3))
    crawled(tmp_path, "other", samples.report(code=7))
    (tmp_path / "sites").mkdir()
    assert rebuild(tmp_path, profiles=["example", "never"]) == tmp_path / INDEX
    assert links(tmp_path / INDEX) == [
        "other/index.html",
        f"other/runs/{samples.run_id()}/report.html",
        "example/index.html",
        f"example/runs/{samples.run_id(1)}/report.html",
    ]
    assert "Never crawled" in (tmp_path / INDEX).read_text("utf-8")
    assert links(site / INDEX)[1:] == [f"runs/{samples.run_id(day)}/report.html" for day in (1, 2, 3)]
    (site / "skipped.jsonl").touch()
    for run in (site / "runs").iterdir():
        (run / "crawl.log").touch()
        assert "crawl.log" in links(run / PAGE)
    assert runs_of(site)[0]["new"] == samples.history(1)[0]["completeness"]["total"]["run"]["new"]


def test_what_is_not_kept_any_more_is_not_linked(tmp_path: Path) -> None:
    site = crawled(tmp_path, "example", *samples.history(3))
    gone = crawled(tmp_path, "gone", samples.report())
    rebuild(tmp_path)
    shutil.rmtree(site / "runs" / samples.run_id(1))
    shutil.rmtree(site / "runs" / samples.run_id(3))
    shutil.rmtree(gone)
    write_overview(tmp_path)
    assert links(tmp_path / INDEX) == ["example/index.html", f"example/runs/{samples.run_id(2)}/report.html"]
    write_site(site)
    assert links(site / INDEX)[1:] == [f"runs/{samples.run_id(2)}/report.html"]


def test_runs_without_a_report(tmp_path: Path) -> None:
    site = crawled(tmp_path, "example", samples.report(2))
    for day, age in ((1, timedelta(hours=2)), (0, timedelta(0))):
        log = site / "runs" / samples.run_id(day) / "crawl.log"
        log.parent.mkdir()
        log.touch()
        at = (datetime.now(UTC) - age).timestamp()
        os.utime(log, (at, at))
    (site / "runs" / samples.run_id(4)).mkdir()
    refresh(site)
    assert [run["state"] for run in runs_of(site)] == ["under_way", "cut_short", "finished", "cut_short"]
    write(site / "runs" / samples.run_id(), samples.report())
    refresh(site)
    assert runs_of(site)[0]["state"] == "finished", "it has come to its end"


def test_a_report_is_read_again_only_when_it_has_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = crawled(tmp_path, "example", *samples.history(4))
    write_site(site)
    loaded: list[str] = []

    def note(folder: Path) -> dict[str, Any]:
        loaded.append(folder.name)
        return read(folder)

    monkeypatch.setattr(overview, "read", note)
    write_site(site)
    assert loaded == []
    write(site / "runs" / samples.run_id(2), samples.report(2, code=4))
    write_site(site)
    assert loaded == [samples.run_id(2)]
    assert [run["exit_code"] for run in runs_of(site)] == [0, 4, 0, 0]


@pytest.mark.parametrize("damage", ["{", "[]", '{"runs": [1]}', '{"runs": [{}], "site": 3}', ""])
def test_damage_is_mended(tmp_path: Path, damage: str) -> None:
    site = crawled(tmp_path, "example", samples.report())
    write_site(site)
    before = runs_of(site)
    (site / RUNS).write_text(damage, "utf-8")
    write_overview(tmp_path)
    write_site(site)
    assert runs_of(site) == before
    (site / "runs" / samples.run_id() / REPORT).write_text(damage, "utf-8")
    write_site(site)
    assert runs_of(site)[0]["state"] in {None, "cut_short"}
    pages.make_missing(site)


def test_another_process_has_its_turn_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overview, "PATIENCE", 0.0)
    site = crawled(tmp_path, "example", samples.report())
    held = Lock(tmp_path / LOCK)
    run = site / "runs" / samples.run_id()
    assert write_overview(tmp_path) is rebuild(tmp_path) is None
    assert not refresh(site, shown=[run])
    assert (run / PAGE).exists(), "the run's own, which nobody else makes"
    assert [(site / INDEX).exists(), (tmp_path / INDEX).exists()] == [False, False]
    held.release()
    assert refresh(site)
    assert (site / INDEX).exists()
    assert write_overview(tmp_path) == tmp_path / INDEX


def _refresh_often(site: Path) -> None:
    for day in range(5):
        folder = site / "runs" / samples.run_id(day)
        folder.mkdir(parents=True)
        write(folder, samples.report(day))
        refresh(site)


def test_many_at_once_do_not_tear_it(tmp_path: Path) -> None:
    context = get_context("fork")
    names = [f"site-{number}" for number in range(4)]
    started = [context.Process(target=_refresh_often, args=(tmp_path / name,)) for name in names]
    for process in started:
        process.start()
    while any(process.is_alive() for process in started):
        if (tmp_path / INDEX).exists():
            assert (tmp_path / INDEX).read_bytes().endswith(b"</html>")
    for process in started:
        process.join()
        assert process.exitcode == 0
    assert sorted(link for link in links(tmp_path / INDEX) if link.endswith("x.html")) == [
        f"{name}/{INDEX}" for name in names
    ]
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
    for name in names:
        assert len(runs_of(tmp_path / name)) == 5


def test_a_page_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    site = crawled(tmp_path, "example", samples.report())
    (site / INDEX).mkdir()
    with pytest.raises(StorageError, match="index"):
        refresh(site)


def test_pages_compare_with_the_runs_before(tmp_path: Path) -> None:
    site = crawled(tmp_path, "example", *samples.history(6))
    pages.make_missing(site)
    first = (site / "runs" / samples.run_id(6) / PAGE).read_text("utf-8")
    last = (site / "runs" / samples.run_id(1) / PAGE).read_text("utf-8")
    assert "earlier runs" not in first
    assert "and those of 5 earlier runs" in last
