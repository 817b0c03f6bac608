"""What is on the block list: never fetched, purged from what is published, and not brought back by any later crawl."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.store import open_store
from tests.killing import lasting
from tests.shifting import Weeks
from tests.store.helpers import lines_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartPortal
    from tests.killing import Crawls, Ended

OFF = {"DISCUZ_GATE_ENABLED": "0"}


@pytest.fixture(scope="module")
def weeks(start_portal: StartPortal, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Weeks:
    return Weeks(start_portal, killing, tmp_path_factory.mktemp("data"), articles=100, seed=1, content="full")


def told(weeks: Weeks, *words: str) -> Ended:
    return lasting().scrapy([*words, "-s", f"DISCUZ_DATA_DIR={weeks.data}"])


def records(weeks: Weeks) -> Iterator[dict[str, Any]]:
    for lines in weeks.written().values():
        yield from lines


def comments(weeks: Weeks) -> Iterator[tuple[str, dict[str, Any]]]:
    for record in records(weeks):
        yield from ((record["id"], comment) for comment in record.get("comments") or ())


def asked_for(weeks: Weeks, aid: int) -> int:
    """How often an article was asked for."""
    spellings = (f"aid={aid}&", f"article-{aid}-")
    return sum(any(one in f"{line.get('path', '')}&" for one in spellings) for line in weeks.portal.log())


def assert_listed(folder: Path) -> None:
    said = {line["file"]: line for line in lines_of(folder / "published.jsonl")}
    for path in folder.glob("articles/*.jsonl"):
        line = said[f"articles/{path.name}"]
        assert line["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        assert line["records"] == len(lines_of(path))


def test_what_is_blocked_stays_out_for_ever(weeks: Weeks) -> None:
    never = max(
        record["discuz"]["aid"] for record in weeks.chronicle.records().values() if record["status"] == "published"
    )
    (weeks.data / "blocked.txt").write_text(
        f"{weeks.name}:{never} 2026-11-01 before it was ever read\n", encoding="utf-8"
    )
    assert weeks.run("portal", settings=OFF).code == 0
    assert asked_for(weeks, never) == 0
    reasons = {line["number"]: line["reason"] for line in lines_of(weeks.folder / "skipped.jsonl")}
    assert reasons[never] == "block_list"

    talkers = Counter(one["author"] for _, one in comments(weeks) if one["author"])
    person = next(name for name, times in talkers.most_common() if times > 1 and len(name) > 1)
    spoken = [(where, one) for where, one in comments(weeks) if one["author"] != person]
    where, silenced = spoken[0]
    # Young ones are looked at again, and may change.
    young = sorted(weeks.written(), key=lambda aid: weeks.written()[aid][-1].get("date_published") or "")[-3:]
    young = [aid for aid in young if f"{weeks.name}:{aid}" != where]
    request = weeks.data / "request.txt"
    request.write_text(
        f"# asked for on 2026-11-20\n{weeks.portal.url}portal.php?mobile=2&aid={young[0]}&mod=view withdrawn\n"
        f'comment:{weeks.name}:{silenced["id"]}\nperson:"{person}" 2026-11-20\n',
        encoding="utf-8",
    )
    before = lines_of(weeks.folder / "published.jsonl")
    dry = told(weeks, "export", weeks.name, "--purge", "--block", str(request), "--dry-run")
    assert (dry.code, lines_of(weeks.folder / "published.jsonl")) == (0, before), dry.stderr
    purged = told(weeks, "export", weeks.name, "--purge", "--block", str(request))
    assert purged.code == 0, purged.stderr
    assert dry.stderr.splitlines()[:-1] == purged.stderr.splitlines()[1:-1], "what was foretold came"
    assert "3 entries added" in purged.stderr
    assert "not touched" in purged.last_line

    def assert_out() -> None:
        assert young[0] not in weeks.written()
        assert silenced["id"] not in {one["id"] for _, one in comments(weeks)}
        assert person not in {one["author"] for _, one in comments(weeks)}
        kept = [path.read_text("utf-8") for path in weeks.folder.glob("articles/*.jsonl")]
        assert not any(person in text for text in kept)
        assert_listed(weeks.folder)

    assert_out()
    assert told(weeks, "export", weeks.name, "--purge").last_line.endswith("nothing that is blocked is in its files")
    asked = asked_for(weeks, young[0])
    for deeds in ("comment", "recent"):
        weeks.later(timedelta(hours=30))
        weeks.change(changes=15, deeds=deeds)
        ended = weeks.run("portal", settings=OFF)
        assert ended.code == 0, ended.stderr
        assert_out()
    assert asked_for(weeks, young[0]) == asked
    ended = weeks.run("article", {"aid": f"{young[0]},{never}"}, settings=OFF)
    assert "2 skipped (block_list)" in ended.last_line
    assert_out()
    assert asked_for(weeks, never) == 0
    report = told(weeks, "report", weeks.name, "--json")
    assert report.code == 0, report.stderr
    assert "nothing missing that is known of" in told(weeks, "report", weeks.name).stdout


def test_an_export_of_pseudonyms_and_markers(weeks: Weeks, tmp_path: Path) -> None:
    published = list(records(weeks))
    names = {one["author"] for _, one in comments(weeks)} | {
        (one.get("publisher") or {}).get("name") for one in published
    }
    uids = {one["author_uid"] for _, one in comments(weeks)} | {
        (one.get("publisher") or {}).get("uid") for one in published
    }
    rows = []
    for number in (1, 2):
        path = tmp_path / f"{number}.jsonl"
        ended = told(
            weeks,
            "export",
            weeks.name,
            "--to",
            "jsonl",
            "-o",
            str(path),
            "--redact",
            "all,phone",
            "--pseudonyms",
            "members",
        )
        assert ended.code == 0, ended.stderr
        rows.append(lines_of(path))
        card = path.with_name(f"{path.name}.README.md").read_text("utf-8")
        key = (weeks.data / "pseudonym.key").read_text("ascii").strip()
        assert "are pseudonyms" in card
        assert "telephone numbers ([电话])" in card
        assert "lines left out, on the block list" not in card, "all of them are purged"
        assert key not in card + ended.stderr + ended.stdout + path.read_text("utf-8")
    assert rows[0] == rows[1]
    shown = {(one.get("publisher") or {}).get("name") for one in rows[0]}
    shown |= {remark["author"] for one in rows[0] for remark in one.get("comments") or ()}
    assert not (shown & names) - {None}
    assert {str(name)[:7] for name in shown - {None}} == {"member_"}
    given = {remark["author_uid"] for one in rows[0] for remark in one.get("comments") or ()}
    given |= {(one.get("publisher") or {}).get("uid") for one in rows[0]}
    assert not (given & uids) - {None}
    assert len(given) == len(uids)


def test_an_export_leaves_out_what_is_blocked_since(weeks: Weeks, tmp_path: Path) -> None:
    aid = next(iter(weeks.written()))
    block = tmp_path / "block.txt"
    block.write_text(f"{weeks.portal.url}portal.php?mod=view&aid={aid}\n", encoding="utf-8")
    path = tmp_path / "rows.jsonl"
    words = ["export", weeks.name, "--to", "jsonl", "-o", str(path)]
    ended = told(weeks, *words, "--block", str(block))
    assert ended.code == 0, ended.stderr
    assert f"{weeks.name}:{aid}" not in {row["id"] for row in lines_of(path)}
    assert "lines left out, on the block list" in path.with_name(f"{path.name}.README.md").read_text("utf-8")
    assert aid in weeks.written()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--redact", "mobil", "--to", "jsonl"], "--redact mobil: 'mobil' cannot be taken out: give some of "),
        (["--pseudonyms", "some", "--to", "jsonl"], "--pseudonyms some: give members or all"),
        (["--to", "jsonl", "--dry-run"], "--dry-run: it is for --purge"),
        (["--purge", "--to", "jsonl"], "--purge: --to is given beside it"),
        (["--purge", "--block", "nowhere.txt"], "block list nowhere.txt: it is not there"),
        (
            ["--to", "jsonl", "--pseudonyms", "-s", "DISCUZ_PSEUDONYM_KEY=short"],
            "DISCUZ_PSEUDONYM_KEY: it has 5 characters",
        ),
    ],
)
def test_wrong_use(weeks: Weeks, words: list[str], said: str) -> None:
    ended = told(weeks, "export", weeks.name, *words)
    assert ended.code == 2
    assert said in ended.last_line
    assert "Traceback" not in ended.stderr


def test_a_faulty_list_stops_a_crawl_before_it_begins(weeks: Weeks) -> None:
    listed = weeks.folder / "blocked.txt"
    before = listed.read_bytes()
    asked = len(weeks.portal.log())
    try:
        listed.write_bytes(before + b"nobody\n")
        ended = weeks.run("portal")
    finally:
        listed.write_bytes(before)
    assert ended.code == 2
    line = len(before.splitlines()) + 1
    assert f"blocked.txt: line {line}: nobody names nothing that can be blocked" in ended.last_line
    assert len(weeks.portal.log()) == asked


def test_a_run_under_way_keeps_a_purge_out(weeks: Weeks) -> None:
    with open_store(weeks.folder):
        ended = told(weeks, "export", weeks.name, "--purge")
    assert ended.code == 6
    assert "another run of this site is under way" in ended.last_line


def test_no_secret_and_no_name_is_in_the_log(weeks: Weeks) -> None:
    key = (weeks.data / "pseudonym.key").read_bytes().strip()
    files = [path for path in weeks.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if key in path.read_bytes()]
    assert json.loads((weeks.folder / "published.jsonl").read_bytes().splitlines()[0])["file"]
