"""What a run reports of itself: every request by what it was for, what is missing, and how it was ended."""

from __future__ import annotations

import json
import re
import signal
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawling import QUICK, Crawl, crawl
from tests.killing import REQUEST, lasting
from tests.whole import site_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal

PURPOSES = [
    (r"/robots\.txt", "robots"),
    (r"/(?:portal|index)\.php", "home"),
    (r"/portal\.php\?mod=rss.*", "feed"),
    (r"/portal\.php\?mod=view&aid=\d+&page=\d+", "article_page"),
    (r"/portal\.php\?mod=view&aid=\d+", "article"),
    (r"/portal\.php\?mod=comment.*", "comments"),
    (r"/portal\.php\?mod=list.*|/(?!\w+\.php)[\w/]+/(?:index\.php.*)?", "lists"),
]
"""What a path is asked for, as the portal sees it."""
OF_LISTS = ("listing", "proof", "latest", "sweep")


def asked(portal: RunningPortal, since: int = 0) -> Counter[str]:
    """What a portal was asked for."""
    paths = [line["path"] for line in portal.log()[since:]]
    return Counter(next(what for pattern, what in PURPOSES if re.fullmatch(pattern, path)) for path in paths)


def told(report: dict[str, Any]) -> Counter[str]:
    """What a report says it was, as far as an address tells."""
    requests = Counter(report["plan"]["requests"])
    requests["lists"] = sum(requests.pop(name) for name in OF_LISTS)
    requests["article"] += requests.pop("revisit")
    return +requests


def reports(ended: Crawl, site: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in sorted(ended.folder(site).glob("runs/*/report.json"))]


def rows(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in report["completeness"]["categories"]}


@pytest.fixture(scope="module")
def walked(start_portal: StartPortal, tmp_path_factory: pytest.TempPathFactory) -> tuple[RunningPortal, list[Crawl]]:
    """A portal of 80 articles, and two scheduled crawls of it."""
    portal = start_portal(articles=80)
    data = tmp_path_factory.mktemp("data")
    return portal, [crawl("portal", data, site=portal.url, settings=QUICK) for _ in range(2)]


def test_every_request_is_told_by_what_it_was_for(walked: tuple[RunningPortal, list[Crawl]]) -> None:
    portal, [first, second] = walked
    assert (first.code, second.code) == (0, 0), first.stderr + second.stderr
    [one, two] = reports(second, site_of(portal))
    since = one["plan"]["sent"]
    assert told(one) == asked(portal) - asked(portal, since)
    assert told(two) == asked(portal, since)
    for report in (one, two):
        plan = report["plan"]
        assert plan["sent"] == plan["total"] + plan["repeated"] == report["stats"]["downloader/request_count"]
        assert (plan["repeated"], plan["forbidden"], plan["processes"]) == (0, 0, 1)
    # Where a list ends is looked up once; nothing new is found out by one request to the feed, if feeds are on.
    assert one["plan"]["requests"]["proof"] > 0 == two["plan"]["requests"]["proof"]
    assert two["plan"]["requests"]["article"] == 0


def test_nothing_is_missing_where_that_is_proved(walked: tuple[RunningPortal, list[Crawl]]) -> None:
    portal, crawls = walked
    records = crawls[0].lines(site_of(portal))
    known = Counter(record["discuz"]["catid"] for record in records if record["status"] == "published")
    moved = sum(record["status"] == "moved" for record in records)
    for report in reports(crawls[-1], site_of(portal)):
        found = rows(report)
        for row in found.values():
            assert row["missing"] in {0, None}
            below = [other for other in found.values() if other["parent"] == row["catid"]]
            own = row["published"] - sum(other["published"] for other in below)
            assert own == known.get(row["catid"], 0)
        assert {name for name, row in found.items() if row["missing"] is None} == {"专题存档", "商城"}
        # What leads elsewhere prints no category; the lists that name it do.
        assert sum(row["moved"] for row in found.values() if row["parent"] is None) == moved > 0
        assert found["时政"]["moved"] > 0
        assert found["新闻"]["says"]["exact"]
        assert found["新闻"]["says"]["end"] == "empty"
        total = report["completeness"]["total"]
        assert total["missing"] is None, "a closed category proves nothing"
        assert total["known"] == len(crawls[0].lines(site_of(portal)))
        assert report["state"] == "finished"
    assert all(part["state"] == "published" for part in reports(crawls[0], site_of(portal))[0]["parts"])


def test_a_scheduled_run_without_news_says_little(walked: tuple[RunningPortal, list[Crawl]]) -> None:
    _, [first, second] = walked
    assert "  新闻" in first.stderr
    [at] = [number for number, line in enumerate(second.stderr.splitlines()) if "Completeness:" in line]
    lines = second.stderr.splitlines()[at : at + 2]
    assert "known, nothing missing that is known of; not proved for 2 categories, see the run's report" in lines[0]
    assert "INFO" in lines[1], "no table"


def test_a_run_has_a_page_that_says_the_same(walked: tuple[RunningPortal, list[Crawl]]) -> None:
    portal, [first, second] = walked
    folder = first.folder(site_of(portal))
    one, two = sorted(folder.glob("runs/*/report.html"))
    page = one.read_text("utf-8")
    assert "Complete and published" in page
    assert "市" in page or "新闻" in page
    assert "earlier runs" not in page
    assert f"exit code {second.code}" in two.read_text("utf-8")
    [report, _] = reports(first, site_of(portal))
    months = Counter(
        record["date_published"][:7] for record in first.lines(site_of(portal)) if record["status"] == "published"
    )
    assert report["months"] == dict(sorted(months.items()))
    kinds = report["traffic"]["kinds"]
    assert sum(about["bytes"] for about in kinds.values()) == report["stats"]["downloader/response_bytes"]
    assert {name: about["answers"] for name, about in kinds.items()} == +Counter(report["plan"]["requests"])
    index = (folder / "index.html").read_text("utf-8")
    assert index.index(f'href="runs/{two.parent.name}') < index.index(f'href="runs/{one.parent.name}')
    assert f'href="{site_of(portal)}/index.html"' in (folder.parent / "index.html").read_text("utf-8")


def test_what_failed_is_missing_and_the_last_line_says_so(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, fault="500-articles")
    ended = crawl("portal", tmp_path, site=portal.url, settings=QUICK | {"RETRY_TIMES": "0"})
    [report] = reports(ended, site_of(portal))
    total = report["completeness"]["total"]
    failed = total["without_record"]["failed"]
    assert failed > 0
    assert report["plan"]["sent"] == len(portal.log())
    assert f"at least {failed} missing ({failed} to be tried again; most in 新闻)" in ended.stderr
    assert rows(report)["文化"]["missing"] == rows(report)["文化"]["without_record"]["failed"] > 0
    assert rows(report)["读书"]["missing"] is None, "which of those of 文化 lie in it, nobody knows"
    [trouble] = [one for one in report["troubles"] if one["state"] == "failed"]
    assert (trouble["reason"], trouble["units"], len(trouble["pages"])) == ("http_500", failed, 10)
    asked = {portal.url + line["path"].lstrip("/") for line in portal.log()}
    assert {page["url"] for page in trouble["pages"]} < asked
    [page] = ended.folder(site_of(portal)).glob("runs/*/report.html")
    assert f'href="{trouble["pages"][0]["url"]}"'.replace("&", "&amp;") in page.read_text("utf-8")


@pytest.mark.parametrize("way", ["report.html", "index.html", "../../index.html"])
def test_a_page_that_cannot_be_written_fails_no_run(start_portal: StartPortal, tmp_path: Path, way: str) -> None:
    portal = start_portal(articles=60)
    site = site_of(portal)
    first = crawl("article", tmp_path, site=portal.url, aid="1", settings=QUICK)
    [run] = first.folder(site).glob("runs/*")
    index = run.parent.parent / "index.html" if way == "index.html" else tmp_path / "index.html"
    if way != "report.html":
        index.unlink()
        index.mkdir()
        (index / "in the way").touch()
    else:
        (run / "report.json").write_text('{"stats": {"discuz/record/checked_count": "many"}}', "utf-8")
    ended = crawl("article", tmp_path, site=portal.url, aid="2", settings=QUICK)
    assert ended.code == 0, ended.stderr
    assert ended.last_line == f"{site}: 1 articles new or changed"
    assert ("cannot be kept" in ended.stderr) == (way != "report.html")
    assert len(reports(ended, site)) == 2


def test_a_run_that_is_interrupted_and_goes_on_is_one_run(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    site = site_of(portal)
    ended = lasting().run("portal", tmp_path, portal.url, point=REQUEST, nth=30, signals=[signal.SIGTERM])
    assert ended.code == 8, ended.stderr
    [report] = reports(Crawl(8, "", "", tmp_path), site)
    assert (report["state"], report["exit_code"]) == ("interrupted", 8)
    assert report["summary"] == ended.last_line
    assert [part["state"] for part in report["parts"]] == ["writing"]
    assert "Completeness" not in ended.stderr, "half a run says nothing"
    assert 0 <= report["plan"]["sent"] - len(portal.log()) <= 8, "what was under way need not have come there"
    whole = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    [report] = reports(whole, site)
    assert (report["state"], report["exit_code"], report["resumed"]) == ("finished", 0, True)
    assert report["plan"]["processes"] == 2
    assert 0 <= report["plan"]["sent"] - len(portal.log()) <= 8
    assert report["completeness"]["total"]["run"]["new"] == len(whole.lines(site))


def test_a_run_that_another_job_closes_gets_a_report(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    site = site_of(portal)
    killed = lasting().run("backfill", tmp_path, portal.url, point="fdatasync:after", nth=1, signals=[signal.SIGKILL])
    assert killed.killed
    assert reports(Crawl(-9, "", "", tmp_path), site) == []
    assert [path.name for path in tmp_path.glob(f"{site}/runs/*/*")] == ["crawl.log"]
    whole = crawl("portal", tmp_path, site=portal.url, settings=QUICK)
    [closed, report] = reports(whole, site)
    assert (closed["state"], closed["reason"], closed["exit_code"]) == ("abandoned", "abandoned", None)
    assert closed["run_id"].endswith("-backfill")
    page = (whole.folder(site) / "runs" / closed["run_id"] / "report.html").read_text("utf-8")
    assert "Cut short; published by the next job" in page
    assert "another job has published what there was" in page
    assert "another job has published what there was" in closed["summary"]
    assert [part["state"] for part in closed["parts"]] in (["published"], [])
    records = sum(part["records"] for told in (closed, report) for part in told["parts"])
    assert records == len(whole.lines(site))
    assert crawl("portal", tmp_path, site=portal.url, settings=QUICK).code == 0
    assert reports(whole, site)[0] == closed, "it is told once"


def test_only_the_newest_runs_are_kept(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60)
    settings = QUICK | {"DISCUZ_KEEP_RUNS": "2"}
    runs = []
    for _ in range(4):
        ended = crawl("article", tmp_path, site=portal.url, aid="1", settings=settings)
        assert ended.code == 0, ended.stderr
        runs.append(max(path.name for path in ended.folder(site_of(portal)).glob("runs/*")))
    kept = sorted(path.name for path in ended.folder(site_of(portal)).glob("runs/*"))
    assert kept == runs[-2:]
    assert len(list(ended.folder(site_of(portal)).glob("articles/*.jsonl"))) == 1, "records are not runs"


def test_what_the_gate_holds_back_is_missing_and_its_report_stays(start_portal: StartPortal, tmp_path: Path) -> None:
    portal = start_portal(articles=60, damage="bodies-empty")
    site = site_of(portal)
    settings = QUICK | {"DISCUZ_KEEP_RUNS": "1"}
    held = crawl("portal", tmp_path, site=portal.url, settings=settings)
    assert held.code == 5, held.stderr
    [report] = reports(held, site)
    [part] = report["parts"]
    total = report["completeness"]["total"]
    assert (part["state"], part["records"]) == ("quarantined", 62)
    assert (total["known"], total["run"], total["without_record"]) == (0, {}, {"held": 62})
    assert "at least 62 missing (62 held back by the gate; most in 新闻)" in held.last_line
    assert [one["file"] for one in report["gate"]["held_back"]] == [part["file"]]
    assert "coverage.article_body" in report["gate"]["held_back"][0]["reasons"][0]
    for aid in ("1", "2", "3"):
        assert crawl("article", tmp_path, site=portal.url, aid=aid, settings=settings).code == 0
    kept = sorted(path.name.partition("-")[2] for path in held.folder(site).glob("runs/*"))
    assert kept == ["article", "portal"], "the newest, and the one whose part is held back"
    assert (held.folder(site) / part["file"]).exists()
    assert reports(held, site)[0] == report
