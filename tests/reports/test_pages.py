"""Pages as a program reads them: valid, escaped, asking for nothing, and saying what the reports say."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from justhtml import JustHTML

from crawler.reports import entry_of, render_overview, render_run, render_site, unreported
from crawler.reports.pages import due_at
from crawler.reports.words import ENDED, verdict_of
from tests.reports import samples
from tests.reports.samples import HOSTILE, NOW

if TYPE_CHECKING:
    from collections.abc import Callable

RUNS: dict[str, Callable[[], dict[str, Any]]] = {
    "ordinary": samples.report,
    "large": samples.large,
    "troubled": samples.troubled,
    "idle": samples.idle,
    "hostile": samples.hostile,
    "nothing": dict,
}
QUIET = timedelta(minutes=15)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"


def entries(*reports: dict[str, Any]) -> list[dict[str, Any]]:
    return [{**entry_of(report["run_id"], report), "page": True} for report in reports]


def site_row(name: str, *reports: dict[str, Any], **values: Any) -> dict[str, Any]:
    return {"name": name, "url": "", "held": 0, "page": True, "runs": entries(*reports), **values}


def site_page() -> str:
    runs = entries(samples.troubled(), samples.hostile(), *samples.history(40))
    runs[3] = {**unreported(samples.run_id(2), NOW - timedelta(hours=3), now=NOW, quiet=QUIET), "page": False}
    runs.insert(0, {**unreported(samples.run_id(), NOW, now=NOW, quiet=QUIET), "page": False})
    return render_site({"name": HOSTILE, "url": HOSTILE, "held": 2}, runs, NOW)


def overview() -> str:
    named = [site_row(f"site-{code}", samples.report(code=code), *samples.history(9)) for code in ENDED]
    hostile = site_row(HOSTILE, samples.hostile())
    return render_overview([*named, hostile, site_row("never", page=False)], NOW)


def pages() -> dict[str, str]:
    found = {name: render_run(make(), samples.history(5)) for name, make in RUNS.items()}
    return {**found, "site": site_page(), "overview": overview(), "no site": render_overview([], NOW)}


@pytest.fixture(scope="module", name="pages")
def _pages() -> dict[str, str]:
    return pages()


def attributes(page: str, selector: str) -> list[dict[str, str]]:
    """Of every element that a selector selects, in their order."""
    nodes = JustHTML(page, sanitize=False).query(selector)
    return [{name: value or "" for name, value in (node.attrs or {}).items()} for node in nodes]


def links(page: str) -> list[str]:
    return [found["href"] for found in attributes(page, "a")]


def text_of(page: str) -> str:
    return " ".join(JustHTML(page, sanitize=False).to_text().split())


NAMES = [*RUNS, "site", "overview", "no site"]


@pytest.mark.parametrize("name", NAMES)
def test_it_is_valid_html(pages: dict[str, str], name: str) -> None:
    tree = JustHTML(pages[name], strict=True, collect_errors=True, sanitize=False)
    assert tree.errors == []
    assert len(tree.query("main")) == len(tree.query("h1")) == len(tree.query("head > title")) == 1
    ids = [found["id"] for found in attributes(pages[name], "[id]")]
    assert len(ids) == len(set(ids))
    named = {found["aria-labelledby"] for found in attributes(pages[name], "[aria-labelledby]")}
    assert named <= set(ids)


@pytest.mark.parametrize("name", NAMES)
def test_it_asks_for_nothing_and_runs_nothing(pages: dict[str, str], name: str) -> None:
    tree = JustHTML(pages[name], sanitize=False)
    assert [found["content"] for found in attributes(pages[name], "[http-equiv]")] == [POLICY]
    for what in ("script", "link", "img", "iframe", "object", "embed", "base", "form", "[src]", "[srcset]"):
        assert tree.query(what) == [], what
    assert not re.search(r"url\(|@import", pages[name])
    for found in attributes(pages[name], "*"):
        assert not [attribute for attribute in found if attribute.startswith("on")]
    for address in links(pages[name]):
        assert re.match(r"https?://\w|[\w./-]*[\w-]+\.(?:html|json|jsonl|log)$|%", address), address


@pytest.mark.parametrize("name", ["hostile", "site", "overview"])
def test_what_comes_from_pages_is_text(pages: dict[str, str], name: str) -> None:
    page = pages[name]
    assert "\\u202egpj.exe\\x1b[2J" in text_of(page), "told, and seen as what it is"
    assert all(character.isprintable() or character == "\n" for character in page)
    assert not [address for address in links(page) if address.startswith(("javascript:", "data:"))]


def test_links_to_pages_keep_their_address(pages: dict[str, str]) -> None:
    hrefs = links(pages["troubled"])
    assert "https://www.example.com/article-4000-1.html" in hrefs
    assert "crawl.log" in hrefs


def test_the_page_of_a_run_says_what_it_did(pages: dict[str, str]) -> None:
    text = text_of(pages["ordinary"])
    for words in (
        "Complete and published",
        "example: 12 articles new or changed",
        "时政 6",
        "home page 1",
        "All have",
        "in which they were published",
    ):
        assert words in text
    assert re.search(r"新闻 6\b", text), "what is the category's own, without those below it"


def test_what_the_gate_holds_back_is_told_with_what_to_do(pages: dict[str, str]) -> None:
    text = text_of(pages["troubled"])
    run = samples.run_id()
    for words in (
        "Held back by the gate exit code 5",
        f"scrapy report example --accept {run}",
        f"scrapy report example --reject {run}",
        "coverage.publisher: 3.0% of 212 articles",
        "31 HTTP 502 tried again",
        "and 21 more",
        "publisher fell 3% 100%",
        "243+",
        "3 pages, 2 walls passed",
    ):
        assert words in text


@pytest.mark.parametrize("settled", [{"accepted": True}, {"parts": [{"state": "rejected"}]}])
def test_what_is_decided_asks_for_nothing_more(settled: dict[str, Any]) -> None:
    text = text_of(render_run(samples.troubled() | settled))
    assert re.search(r"Held back by the gate, (accepted|rejected) since", text)
    assert "--accept" not in text


def test_a_report_of_an_older_version_is_shown_as_far_as_it_goes(pages: dict[str, str]) -> None:
    assert "Ended in a way that is not known" in text_of(pages["nothing"])
    old = {name: value for name, value in samples.report().items() if name not in {"months", "traffic", "troubles"}}
    text = text_of(render_run(old, [{}, {"stats": None, "fields": None}]))
    assert "No article with a date is known yet." in text
    assert "new articles 12" in text


def test_a_life_that_is_long_is_drawn_by_years() -> None:
    text = text_of(render_run(samples.report(months={"1901-01": 4, "2026-11": 9, "9999-99": 1})))
    assert "13 articles, 1901-01 to 2026-11, by the year" in text


@pytest.mark.parametrize("code", list(ENDED))
def test_each_exit_code_has_words(code: int) -> None:
    assert text_of(render_run(samples.report(code=code))).count(ENDED[code].words) >= 1


def test_what_is_missing_is_no_full_success() -> None:
    entry = entry_of("", samples.report())
    assert verdict_of(entry).words == "Complete and published"
    assert verdict_of({**entry, "missing": 3}).words == "Published, 3 still missing"
    assert verdict_of({**entry, "missing": 3, "new": 0, "changed": 0}).words == "Nothing new, 3 still missing"
    failing = verdict_of({**entry, "missing": 82, "failed": 82, "requests": 101})
    assert (failing.words, failing.mood) == ("Most pages fail, 82 still missing", "bad")
    assert verdict_of(entry_of("", samples.report(new=0))).words == "Complete, nothing new"


# --- lists of runs and sites ---


def test_runs_without_a_report_are_told_of(pages: dict[str, str]) -> None:
    text = text_of(pages["site"])
    assert "Another run is under way: its log was written just now." in text
    assert "Cut short, or silent log written 3 h ago" in text
    assert "2 files are held back" in text
    hrefs = links(pages["site"])
    assert f"runs/{samples.run_id(1)}/report.html" in hrefs
    assert f"runs/{samples.run_id(2)}/report.html" not in hrefs


def test_what_needs_a_person_comes_first() -> None:
    fine = samples.history(9)
    sites = [
        site_row("fine", samples.report(), *fine),
        site_row("missing", samples.report(completeness={"total": {"without_record": {"failed": 2}}}), *fine),
        site_row("overdue", *samples.history(12)[4:]),
        site_row("never", page=False),
        site_row("walled", samples.report(code=4), *fine),
        site_row("full", samples.report(code=7), *fine),
        site_row("held", samples.report(), *fine, held=1),
        site_row("interrupted", samples.report(code=8), *fine),
    ]
    page = render_overview(sites, NOW)
    found = [row.to_text().split()[0] for row in JustHTML(page, sanitize=False).query("tbody th")]
    assert found == ["full", "held", "walled", "overdue", "never", "interrupted", "missing", "fine"]
    assert "6 of 8 sites need you" in text_of(page)
    assert "Nothing for you to do" in text_of(render_overview(sites[:2], NOW))


def test_a_site_that_is_known_to_be_due_is_not_guessed_at() -> None:
    site = site_row("site", *samples.history(12)[4:])
    assert "overdue" in text_of(render_overview([site], NOW))
    assert "overdue" not in text_of(render_overview([site], NOW, {"site": NOW + timedelta(hours=9)}))


def test_when_the_next_run_is_due_is_told_from_the_last_ones() -> None:
    runs = [{"run_id": samples.run_id(day)} for day in (0, 2, 4, 5)]
    assert due_at(runs) == (NOW + timedelta(days=2), timedelta(days=2))
    assert due_at(runs[:2]) == (None, None)
    assert due_at([{"run_id": samples.run_id(day, "backfill")} for day in range(9)]) == (None, None)


def test_an_entry_is_what_the_report_says() -> None:
    entry = entry_of(samples.run_id(), samples.troubled())
    assert {name: entry[name] for name in ("exit_code", "new", "failed", "walls", "held", "missing", "proved")} == {
        "exit_code": 5,
        "new": 0,
        "failed": 31,
        "walls": 34,
        "held": 212,
        "missing": 243,
        "proved": False,
    }
    assert entry["seconds"] == 372
    newest = entry_of("", samples.report())["newest"]
    assert newest == (NOW - timedelta(minutes=300)).isoformat()
    bare = entry_of("20260314T150926Z-portal", {})
    assert bare["started_at"] == datetime(2026, 3, 14, 15, 9, 26, tzinfo=UTC).isoformat()
    assert (bare["seconds"], bare["new"], bare["missing"]) == (None, 0, 0)
