"""``scrapy report``: what it tells of runs, and what becomes of what was held back."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from crawler.commands.report import NAMED, Command, open_page
from crawler.errors import ExitCode, UsageError
from crawler.extensions.run_folder import read, write
from crawler.gate.run import FACT, REASONS
from crawler.store import Category, Store, open_store, read_store
from tests.commands.typing_here import Said, carry_out
from tests.store.helpers import START, Clock, article, ended, published

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

REASON = "coverage.publisher: 0.0% of 2 articles have publisher"
RUN = "20260314T150926Z-portal"
CATEGORY = Category(key="", pages=1, per_page=15, complete_to="", listed=0, walked_at=START, seen_at=START)


class Opinion:
    """A gate that finds fault with articles 3 and 4."""

    def measure(self, lines: Iterable[bytes]) -> dict[str, Any]:
        return {"aids": [json.loads(line)["aid"] for line in lines]}

    def judge(self, metrics: dict[str, Any], history: Sequence[dict[str, Any]]) -> list[str]:
        return [REASON] if {3, 4} & set(metrics["aids"]) else []


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def folder(data: Path) -> Path:
    return data / "example.com"


@pytest.fixture
def store(folder: Path) -> Iterator[Store]:
    with open_store(folder, clock=Clock(), gate=Opinion()) as opened:
        yield opened


@pytest.fixture
def report(data: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run the command in this process."""

    def run(*arguments: str) -> Said:
        return carry_out(Command(), data, capsys, *arguments)

    return run


def crawled(store: Store, *aids: int, code: int = 0, stats: dict[str, Any] | None = None) -> str:
    """A run that reads some articles, and its id."""
    run_id = store.begin(f"portal {aids}", "portal", adopts=True).run_id
    store.add(article(aid) for aid in aids)
    for unit in store.take(100):
        store.finish(ended(unit))
    store.publish()
    store.end("finished", code, stats)
    return run_id


def test_the_last_run_is_told_of(report: Callable[..., Said], store: Store, folder: Path) -> None:
    crawled(store, 1)
    run_id = crawled(store, 2)
    (folder / "runs" / run_id).mkdir(parents=True)
    fields = {"images": {"coverage": 0.5}, "videos": {"coverage": 0.0}, "headline": {"coverage": 1.0}}
    (folder / "runs" / run_id / "report.json").write_text(json.dumps({"summary": "1 article", "fields": fields}))
    said = report("example.com")
    assert (said.code, said.error) == (0, "")
    for words in (
        f"example.com · {run_id}",
        "ended    2026-03-14 15:09:26 UTC, exit code 0",
        "summary  1 article",
        f"articles/{run_id}-0001.jsonl  published  1 records",
        "Completeness: 2 known",
        "images          50.0% have it",
        "no article has  videos",
    ):
        assert words in said.out
    assert "headline" not in said.out
    assert f"example.com · {RUN}" in report("example.com", RUN).out


def test_what_a_browser_cost_is_told_with_the_permission_it_had(
    report: Callable[..., Said], store: Store, folder: Path
) -> None:
    run_id = crawled(store, 1)
    assert "browser" not in report("example.com").out
    (folder / "runs" / run_id).mkdir(parents=True)
    used = {"pages": 1200, "passed": 1100, "seconds": 98.5, "requests": 2400, "memory_mib": 282}
    told = {"browser": used, "site": {"permission": "the editors, 2026-03-01"}}
    (folder / "runs" / run_id / "report.json").write_text(json.dumps(told))
    out = report("example.com").out
    assert "browser     1,200 pages, 1,100 walls passed, 98.5 s, 2,400 requests, 282 MiB at the most" in out
    assert "permission  the editors, 2026-03-01" in out


def test_categories_that_the_profile_leaves_out_are_not_asked_for(
    report: Callable[..., Said], store: Store, data: Path
) -> None:
    for catid in (7, 8):
        walked = replace(CATEGORY, key=str(catid), catid=catid, name=f"c{catid}", end="empty" if catid == 7 else None)
        store.save_category(walked)
    crawled(store, 1)
    assert "not proved for c8" in report("example.com").out
    (data / "sites").mkdir()
    (data / "sites" / "example.com.toml").write_text('url = "https://example.com/"\ncategories = [7]\n')
    out = report("example.com").out
    assert ("not proved" in out, "not asked" in out) == (False, False)
    assert "nothing missing" in out


def test_what_is_held_back_is_told_with_what_to_do(report: Callable[..., Said], store: Store) -> None:
    crawled(store, 1)
    held = crawled(store, 3, 4, code=5)
    out = report("example.com").out
    assert REASON in out
    assert f"quarantine/{held}-0001.jsonl  quarantined  2 records" in out
    assert f"scrapy report example.com --accept {held}" in out
    assert f"scrapy report example.com --reject {held}" in out
    crawled(store, 5)
    assert f"{held}  2 records" in report("example.com").out
    told = json.loads(report("example.com", held, "--json").out)
    assert (told["run"]["run_id"], told["run"]["exit_code"], told["reasons"]) == (held, 5, [REASON])
    assert [(part["state"], part["records"]) for part in told["parts"]] == [("quarantined", 2)]
    assert json.loads(report("example.com", "--json").out)["held"] == {held: 2}


def test_what_is_accepted_is_published(report: Callable[..., Said], store: Store, folder: Path) -> None:
    crawled(store, 1)
    held = crawled(store, 3, 4, code=5)
    store.close()
    said = report("example.com", "--accept", held)
    assert (said.code, said.out) == (0, "")
    assert said.error == (
        f"example.com: 2 records published in articles/{held}-0001.jsonl; what the gate found is usual from now on\n"
    )
    assert published(folder) == [1, 3, 4]
    assert "accepted" in report("example.com").out
    again = report("example.com", "--accept", held)
    assert (again.code, "nothing of it is held back" in again.error) == (ExitCode.USAGE, True)


def test_what_is_rejected_is_removed(report: Callable[..., Said], store: Store, folder: Path) -> None:
    crawled(store, 1)
    held = crawled(store, 3, 4, code=5)
    store.close()
    said = report("example.com", "--reject", held)
    assert (said.code, said.error) == (
        0,
        "example.com: 2 records removed; the next run of portal fetches their articles again\n",
    )
    assert (published(folder), list(folder.glob("quarantine/*"))) == ([1], [])
    assert "rejected" in report("example.com").out
    assert report("example.com", "--reject", held).code == ExitCode.USAGE


def test_a_run_without_a_file_can_be_accepted_too(report: Callable[..., Said], store: Store, folder: Path) -> None:
    """Lists that are gone for good: nothing is held back, and every run would end with 5."""
    reason = "lists: 50.0% of 4 lists are empty or gone"
    run_id = crawled(store, code=5, stats={REASONS: [reason]})
    store.close()
    assert reason in report("example.com").out
    said = report("example.com", "--accept", run_id)
    assert (said.code, f"run {run_id} is accepted" in said.error) == (0, True)
    out = report("example.com").out
    assert ("accepted  what was found is usual from then on" in out, "--accept" in out) == (True, False)
    with read_store(folder) as reader:
        assert reader.recall(FACT) == {"accepted": {run_id: [reason]}}
    assert report("example.com", "--reject", run_id).code == ExitCode.USAGE


def test_a_run_of_long_ago_can_be_decided_on(report: Callable[..., Said], store: Store, folder: Path) -> None:
    """Hourly runs are two hundred in a week: none of them is looked through for it."""
    held = crawled(store, 3, 4, code=5)
    for _ in range(NAMED + 1):
        store.begin("portal", "portal")
        store.end("finished", 0)
    store.close()
    assert f"{held}  2 records" in report("example.com").out
    assert report("example.com", "--accept", held).code == 0
    assert published(folder) == [3, 4]


def test_it_tells_beside_a_run_and_decides_nothing_then(report: Callable[..., Said], store: Store) -> None:
    held = crawled(store, 3, 4, code=5)
    under_way = store.begin("portal", "portal").run_id
    store.add([article(1)])
    said = report("example.com")
    assert (said.code, under_way in said.out, "not yet (running)" in said.out) == (0, True, True)
    refused = report("example.com", "--accept", held)
    assert refused.code == ExitCode.RUNNING
    assert report("example.com", "--reject", held).code == ExitCode.RUNNING


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "give a site"),
        (("example.com", "a", "b"), "give a site"),
        (("example.com", "--what"), "give a site"),
        (("example.com", "20200101T000000Z-portal"), f"is not known; the last ones are: {RUN}"),
        (("example.com", "--accept", "x"), f"is not known; the last ones are: {RUN}"),
        (("example.com", RUN, "--accept", RUN), "is left over"),
        (("example.com", "--accept", RUN), "nothing of it is held back; held back is nothing of any run"),
        (("example.com", "--reject", RUN), "nothing of it is held back"),
        (("example.com", "--open"), "report.html is not there"),
        (("example.com", RUN, "--index"), "is left over: --index makes the pages of all runs"),
        (("example.org",), "is not known"),
        (("http://example.org/",), "nothing is known of this site"),
        (("demo",), "nothing is known of this site"),
        (("../example.com",), "is not known"),
    ],
)
def test_wrong_use_is_named(report: Callable[..., Said], store: Store, arguments: tuple[str, ...], words: str) -> None:
    assert crawled(store, 1) == RUN
    store.close()
    said = report(*arguments)
    assert (said.code, said.out) == (ExitCode.USAGE, "")
    assert words in said.error
    assert said.error.count("\n") == 1


def test_a_page_is_opened_where_there_is_a_browser(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.touch()
    opened: list[str] = []

    def browser(url: str) -> bool:
        opened.append(url)
        return True

    open_page(page, browser)
    assert opened == [page.as_uri()]
    with pytest.raises(UsageError, match="there is no browser"):
        open_page(page, lambda _: False)


# --- pages ---


def reported(folder: Path, run_id: str, **values: Any) -> Path:
    """Write the report of a run, and give its folder."""
    run = folder / "runs" / run_id
    run.mkdir(parents=True)
    write(run, {"run_id": run_id, "site": {"name": "example.com", "url": "https://example.com/"}, **values})
    return run


def test_pages_are_made_anew(report: Callable[..., Said], store: Store, folder: Path, data: Path) -> None:
    run = reported(folder, crawled(store, 1), exit_code=0)
    (data / "sites").mkdir()
    (data / "sites" / "later.toml").write_text('url = "https://later.example/"\n', "utf-8")
    said = report("--index")
    assert (said.code, said.out, said.error) == (0, "", f"{data / 'index.html'}\n")
    assert "later" in (data / "index.html").read_text("utf-8")
    (run / "report.html").unlink()
    (folder / "index.html").unlink()
    said = report("example.com", "--index")
    assert (said.code, said.error) == (0, f"{folder / 'index.html'}\n")
    assert (run / "report.html").exists()


def test_the_page_of_all_sites_is_opened(
    report: Callable[..., Said], store: Store, folder: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[Path] = []
    monkeypatch.setattr("crawler.commands.report.open_page", opened.append)
    said = report("--open")
    assert said.code == 0, said.error
    run = reported(folder, crawled(store, 1), exit_code=0)
    assert report("--open").code == report("example.com", "--open").code == 0
    assert opened == [data / "index.html", data / "index.html", run / "report.html"]
    assert (run / "report.html").exists(), "of a version that made none"


def test_a_site_whose_runs_are_not_kept_has_a_page(report: Callable[..., Said], store: Store, folder: Path) -> None:
    crawled(store, 1)
    said = report("example.com", "--index")
    assert (said.code, said.error) == (0, f"{folder / 'index.html'}\n")
    assert "No run is known." in (folder / "index.html").read_text("utf-8")


def test_nothing_is_made_where_nothing_is(report: Callable[..., Said], data: Path) -> None:
    said = report("--index")
    assert (said.code, f"{data} is not there" in said.error) == (ExitCode.USAGE, True)
    assert not data.exists()


@pytest.mark.parametrize(("option", "state"), [("--accept", "published"), ("--reject", "rejected")])
def test_what_is_decided_is_told_by_the_pages(
    report: Callable[..., Said], store: Store, folder: Path, data: Path, option: str, state: str
) -> None:
    crawled(store, 1)
    held = crawled(store, 3, 4, code=5)
    run = reported(folder, held, exit_code=5, parts=[{"state": "quarantined", "records": 2}])
    assert report("--index").code == 0
    assert "1 of 1 sites needs you" in (data / "index.html").read_text("utf-8")
    store.close()
    assert report("example.com", option, held).code == 0
    told = read(run)
    assert [part["state"] for part in told["parts"]] == [state]
    assert told["accepted"] is (option == "--accept")
    page = (run / "report.html").read_text("utf-8")
    assert f"Held back by the gate, {option.removeprefix('--')}ed since" in page
    assert REASON in page
    assert "Nothing for you to do" in (data / "index.html").read_text("utf-8")


def test_a_decision_stands_though_no_page_can_be_written(
    report: Callable[..., Said], store: Store, folder: Path, data: Path
) -> None:
    held = crawled(store, 3, 4, code=5)
    reported(folder, held, exit_code=5)
    (folder / "index.html").mkdir()
    store.close()
    said = report("example.com", "--accept", held)
    assert said.code == 0
    assert "The pages cannot be made anew" in said.error
    assert said.error.splitlines()[-1].startswith("example.com: 2 records published")
    assert published(folder) == [3, 4]
