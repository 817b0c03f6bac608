from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest

from crawler.export import months, parquet
from crawler.export.shape import shape
from tests.export.helpers import article, comment, exported, gone, placed, remarks

if TYPE_CHECKING:
    from pathlib import Path


def rows(folder: Path) -> list[dict[str, Any]]:
    found = pyarrow.dataset.dataset(folder / "data", format="parquet", partitioning="hive").to_table().to_pylist()
    return sorted(found, key=lambda row: (row["id"], row["kind"], row["revision"] or 0))


def test_a_folder_per_month_of_the_sites_own_clocks(tmp_path: Path) -> None:
    dates = ["2024-05-01T00:30:00+08:00", "2024-05-31T23:30:00+08:00", "2023-12-01T08:00:00+08:00", None]
    records = [article(aid, date_published=at) for aid, at in enumerate(dates)]
    exported(placed(tmp_path, *records, remarks(1, 3), gone(2)), tmp_path / "out", to="parquet")
    files = sorted(str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.parquet"))
    assert files == [f"data/month={month}/part-0001.parquet" for month in ("2023-12", "2024-05", "undated")]
    assert [row["month"] for row in rows(tmp_path / "out")] == [
        *("2024-05", "2024-05", "undated", "2023-12", "undated", "undated")
    ]


def test_types_and_values(tmp_path: Path) -> None:
    record = article(
        1,
        credits={"记者": ["甲", "乙"], "编辑": []},
        reactions={"路过": 0, "鲜花": 2},
        comments=[comment(1), comment(2, date=None)],
        keywords=["一"],
        publisher=None,
        view_count=2**53 - 1,
    )
    exported(placed(tmp_path, record), tmp_path / "out", to="parquet")
    (row,) = rows(tmp_path / "out")
    assert row["date_published"] == "2024-05-01T07:30:00+08:00"
    assert row["date_published_utc"] == datetime(2024, 4, 30, 23, 30, tzinfo=UTC)
    assert row["date_modified_utc"] is None
    assert row["credits"] == [{"name": "记者", "value": ["甲", "乙"]}, {"name": "编辑", "value": []}]
    assert row["reactions"] == [{"name": "路过", "value": 0}, {"name": "鲜花", "value": 2}]
    assert row["comments"][0] == comment(1) | {"date_utc": datetime(2024, 5, 2, 4, tzinfo=UTC)}
    assert row["comments"][1]["date_utc"] is None
    assert (row["publisher"], row["keywords"], row["view_count"]) == (None, ["一"], 2**53 - 1)
    assert row["provenance"]["fetched_at_utc"] == datetime(2024, 5, 2, tzinfo=UTC)
    assert (row["images"], row["comments_complete"]) == ([], True)


def test_what_a_line_does_not_say_is_null(tmp_path: Path) -> None:
    exported(placed(tmp_path, gone(1), remarks(2, 3)), tmp_path / "out", to="parquet")
    one, other = rows(tmp_path / "out")
    assert (one["status"], one["headline"], one["comments"], one["images"]) == ("gone", None, None, None)
    assert (other["kind"], other["site"], other["comments"][0]["id"]) == ("comments", None, 3)


def test_the_schema_is_of_every_file(tmp_path: Path) -> None:
    exported(placed(tmp_path, article(1), gone(2)), tmp_path / "out", to="parquet", camel=True, near=True)
    wanted = parquet.arrow_schema(shape(in_camel=True, near=True))
    for path in (tmp_path / "out").rglob("*.parquet"):
        assert pq.read_schema(path).equals(wanted)
        assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"
    assert wanted.field("datePublishedUtc").type == pa.timestamp("us", tz="UTC")
    assert wanted.field("comments").type.value_type.field("authorUid").type == pa.int64()
    assert wanted.field("clusterSize").type == pa.int64()


def test_an_export_without_rows_has_its_columns(tmp_path: Path) -> None:
    exported(placed(tmp_path, article(1)), tmp_path / "out", to="parquet", statuses=("gone",))
    (path,) = (tmp_path / "out").rglob("*.parquet")
    assert pq.read_table(path).num_rows == 0
    assert pq.read_schema(path).equals(parquet.arrow_schema(shape()))


def test_a_month_may_be_many_groups_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("BATCH", 5000), ("GROUP", 10_000), ("LARGEST", 20_000)):
        monkeypatch.setattr(parquet, name, value)
    monkeypatch.setattr(months, "MOST", 20_000)
    dates = [f"2024-{number % 3 + 1:02}-01T00:00:00+08:00" for number in range(120)]
    records = [article(aid, date_published=at) for aid, at in enumerate(dates, 100)]
    exported(placed(tmp_path, *records), tmp_path / "out", to="parquet")
    assert [row["id"] for row in rows(tmp_path / "out")] == [record["id"] for record in records]
    files = sorted((tmp_path / "out" / "data" / "month=2024-02").iterdir())
    assert len(files) > 1
    assert pq.ParquetFile(files[0]).num_row_groups > 1
    # In a month the order is that of publication.
    found = [row["id"] for path in files for row in pq.ParquetFile(path).read().to_pylist()]
    assert found == [record["id"] for record in records[1::3]]


def test_a_date_beyond_what_a_date_can_be(tmp_path: Path) -> None:
    exported(placed(tmp_path, article(1, date_published="0001-01-01T00:00:00+08:00")), tmp_path / "out", to="parquet")
    (row,) = rows(tmp_path / "out")
    assert (row["date_published"], row["date_published_utc"]) == ("0001-01-01T00:00:00+08:00", None)
