from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from yaml import safe_load

import crawler
from crawler.export import Options, export, transforms
from crawler.export.card import SIZES
from crawler.export.tally import MOST, NONE, REST, Tally
from crawler.export.transforms import Chosen
from tests.export.helpers import article, comment, exported, gone, placed, remarks

if TYPE_CHECKING:
    from pathlib import Path


def told(tmp_path: Path, *records: dict[str, Any], output: str = "out", **options: Any) -> tuple[dict[str, Any], str]:
    """The head and the text of a card."""
    done = exported(placed(tmp_path, *records), tmp_path / output, overwrite=True, **options)
    _, head, text = done.card.read_text(encoding="utf-8").split("---\n", 2)
    return safe_load(head), text


def test_the_head_is_one_that_datasets_reads(tmp_path: Path) -> None:
    records = [article(1), article(2, in_language="en"), article(3, in_language=None)]
    head, _ = told(tmp_path, *records, to="parquet", license="cc-by-4.0")
    assert head == {
        "license": "cc-by-4.0",
        "pretty_name": "example.com",
        "language": ["en", "zh"],
        "size_categories": ["n<1K"],
        "tags": ["news", "discuz"],
        "configs": [{"config_name": "default", "data_files": [{"split": "train", "path": "data/**/*.parquet"}]}],
    }


@pytest.mark.parametrize(("to", "files"), [("jsonl", "out"), ("csv", "out"), ("sqlite", None)])
def test_the_head_names_the_file(tmp_path: Path, to: str, files: str | None) -> None:
    head, _ = told(tmp_path, article(1), to=to)
    configs = head.get("configs")
    assert (configs[0]["data_files"][0]["path"] if configs else None) == files


def test_without_a_licence_it_is_unknown_and_said_so(tmp_path: Path) -> None:
    head, text = told(tmp_path, article(1))
    assert head["license"] == "unknown"
    assert "**Licence: unknown.**" in text


def test_a_licence_of_any_name_is_a_text(tmp_path: Path) -> None:
    head, text = told(tmp_path, article(1), license='yes: "no" # [x]')
    assert head["license"] == 'yes: "no" # [x]'
    assert 'Licence, as whoever made the export stated it: yes: "no" # \\[x].' in text


def test_counts(tmp_path: Path) -> None:
    records = [
        article(1, article_section="时政", comments=[comment(1), comment(2)]),
        article(2, article_section="a|b\n<script>", date_published=None),
        article(3, article_section=None, date_published="2019-01-02T00:00:00+08:00"),
        gone(2),
        remarks(1, 5),
    ]
    _, text = told(tmp_path, *records)
    assert "5 rows of articles of Discuz! portals (example.com), published from 2019-01-02 to 2024-05-01." in text
    for row in (
        "| example.com | 5 |",
        "| 时政 | 1 |",
        "| a\\|b\\n&lt;script> | 1 |",
        "| published | 3 |",
        "| gone | 1 |",
        "| published (new comments only) | 1 |",
        "| 2019 | 1 |",
        "| zh-Hans | 3 |",
    ):
        assert f"\n{row}\n" in text
    assert text.count(f"| {NONE} | ") == 2  # no category, no year
    assert "Comments in these rows: 3." in text


def test_columns_with_their_share(tmp_path: Path) -> None:
    records = [article(1, description="摘要"), article(2), article(3), gone(4), remarks(1, 5)]
    _, text = told(tmp_path, *records, to="parquet", camel=True)
    assert "| `description` | text | 25.0% | the page prints none, or nothing but dots | Summary (摘要)" in text
    assert "| `datePublishedUtc` | timestamp in UTC | 75.0% |" in text
    assert "| `comments` | list of {id: integer, author: text, authorUid: integer, date: text, ISO 8601" in text
    assert "| `reactions` | list of {name: text, value: integer} | 0.0% |" in text
    _, text = told(tmp_path, to="csv", output="out.csv", fields=("headline",), near=True)
    assert "`description`" not in text
    assert "| `cluster_size` | integer | 100.0% |" in text
    assert "Clusters of near-duplicates with more than one article: 1." in text


def test_how_it_was_made(tmp_path: Path) -> None:
    place = placed(tmp_path, article(1), article(2), a_part=1)
    published = [json.loads(line) for line in (place.folder / "published.jsonl").read_text().splitlines()]
    _, text = told(tmp_path, article(3), latest=True, statuses=("published", "gone"), fields=("headline", "url"))
    assert f"By crawler {crawler.__version__} on " in text
    for name, value in (
        ("--to", "jsonl"),
        ("--latest", "yes"),
        ("--status", "published,gone"),
        ("--fields", "headline,url"),
    ):
        assert f"| `{name}` | {value} |" in text
    assert "3 published files with 3 records" in text
    for part in published:
        assert (
            f"| example.com | `{part['file']}` | `{part['run']}` | 1 | {part['published_at']} | `{part['sha256']}` |"
            in text
        )
    assert "One row an article" in text


def test_what_transforms_did_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def choose(_: object) -> Chosen:
        chosen = Chosen(remarks=["Mobile numbers were removed."])

        def without_second(record: dict[str, Any]) -> dict[str, Any] | None:
            chosen.counts["records left out"] += record["id"].endswith(":2")
            return None if record["id"].endswith(":2") else record | {"headline": "x"}

        chosen.transforms.append(without_second)
        return chosen

    monkeypatch.setattr(transforms, "choose", choose)
    records = [article(1), article(2), article(2, revision=2)]
    _, text = told(tmp_path, *records, near=True)  # reads the sources twice, and counts once
    assert "| records left out | 2 |" in text
    assert "Mobile numbers were removed." in text
    assert "1 row of" in text
    assert b'"headline":"x"' in (tmp_path / "out").read_bytes()


def test_many_sources_are_told_by_one_checksum(tmp_path: Path) -> None:
    _, text = told(tmp_path, *(article(aid) for aid in range(1, 4)))
    placed(tmp_path, *(article(aid) for aid in range(4, 150)), a_part=1)
    _, more = told(tmp_path, article(200))
    assert "The last 100:" not in text
    assert "The last 100:" in more
    assert more.count("-portal-") == 100
    assert "148 published files" in more


def test_a_dataset_of_many_sites_is_named_by_their_number(tmp_path: Path) -> None:
    places = [placed(tmp_path, article(1, site), site=site) for site in (f"s{number}.example" for number in range(6))]
    card = exported(places, tmp_path / "out").card.read_text()
    assert "\n# 6 sites\n" in card
    assert "6 rows of articles of Discuz! portals (6 sites)" in card
    assert "| s5.example | 1 |" in card


def test_sizes_are_those_of_the_hub() -> None:
    assert [name for _, name in SIZES][:3] == ["n<1K", "1K<n<10K", "10K<n<100K"]


def test_a_tally_is_bounded() -> None:
    tally, record = Tally(), article(1)
    for number in range(MOST + 50):
        tally.add("s", record | {"article_section": f"c{number}"})
    assert len(tally.by["category"]) == MOST + 1
    assert tally.by["category"][REST] == 50


def test_progress_is_told(tmp_path: Path) -> None:
    heard: list[tuple[str, int]] = []
    place = placed(tmp_path, article(1), article(2))
    export([place], Options(to="jsonl", path=tmp_path / "out", near=True), lambda *told: heard.append(told))
    assert heard == [("compared", 1), ("compared", 2), ("written", 1), ("written", 2)]
