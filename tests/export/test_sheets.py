from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.export.shape import record_fields
from crawler.export.sheets import escaped, plain
from tests.export.helpers import article, comment, exported, gone, placed, remarks

if TYPE_CHECKING:
    from pathlib import Path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_a_row_a_record(tmp_path: Path) -> None:
    record = article(
        1, headline='他说：“好”，"OK"\n第二行', comments=[comment(1)], view_count=7, credits={"记者": ["甲"]}
    )
    exported(placed(tmp_path, record, gone(2), remarks(1, 5)), tmp_path / "out.csv", to="csv")
    found = rows(tmp_path / "out.csv")
    assert [list(row) for row in found] == [[field.name for field in record_fields()]] * 3
    first = found[0]
    assert first["headline"] == record["headline"]
    assert (first["view_count"], first["comments_complete"], first["moved_to"]) == ("7", "true", "")
    assert json.loads(first["comments"]) == record["comments"]
    assert json.loads(first["credits"]) == record["credits"]
    assert json.loads(first["site"]) == record["site"]
    assert (found[1]["status"], found[1]["headline"]) == ("gone", "")
    assert (found[2]["kind"], json.loads(found[2]["comments"])[0]["id"]) == ("comments", 5)


def test_it_begins_with_a_byte_order_mark(tmp_path: Path) -> None:
    exported(placed(tmp_path, article(1)), tmp_path / "out.csv", to="csv", fields=("headline",), camel=True)
    assert (tmp_path / "out.csv").read_bytes() == "\ufeffid,headline\r\nexample.com:1,标题1\r\n".encode()


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "＝"])
def test_no_cell_is_a_formula(tmp_path: Path, first: str) -> None:
    record = article(1, headline=f"{first}cmd|' /C calc'!A0", description=f"a{first}")
    exported(placed(tmp_path, record), tmp_path / "out.csv", to="csv")
    (row,) = rows(tmp_path / "out.csv")
    assert row["headline"] == f"'{first}cmd|' /C calc'!A0"
    assert row["description"] == f"a{first}"
    assert plain(row["headline"]) == record["headline"]


@given(st.text(st.sampled_from("'=+-@\t\r\n＝a"), max_size=6) | st.text(max_size=20))
def test_a_cell_gives_back_its_text(text: str) -> None:
    cell = escaped(text)
    assert plain(cell) == text
    assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}
