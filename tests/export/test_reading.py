from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.errors import StorageError, UsageError
from crawler.export.reading import Place, read, sources
from tests.export.helpers import article, placed

if TYPE_CHECKING:
    from pathlib import Path


def test_lines_come_in_the_order_of_publication(tmp_path: Path) -> None:
    records = [article(aid) for aid in (5, 3, 4, 1, 2)]
    place = placed(tmp_path, *records, a_part=2)
    found = sources([place])
    assert [(source.site, source.records) for source in found] == [
        ("example.com", 2),
        ("example.com", 2),
        ("example.com", 1),
    ]
    lines = list(read(found))
    assert [line.record for line in lines] == records
    assert [line.source for line in lines] == [0, 0, 1, 1, 2]
    assert lines[1].offset == len(found[0].path.read_bytes().splitlines(keepends=True)[0])


def test_sites_come_one_after_another(tmp_path: Path) -> None:
    places = [placed(tmp_path, article(1, site), site=site) for site in ("b.example", "a.example")]
    assert [line.record["id"] for line in read(sources(places))] == ["b.example:1", "a.example:1"]


def test_what_is_not_listed_is_not_read(tmp_path: Path) -> None:
    place = placed(tmp_path, article(1))
    (place.folder / "articles" / "20990101T000000Z-portal-0001.jsonl.part").write_text('{"id": "hal')
    (place.folder / "articles" / "20990101T000000Z-portal-0002.jsonl").write_text("{}\n")
    assert len(list(read(sources([place])))) == 1


def test_a_site_that_has_published_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"example.com/published.jsonl: nothing is published of this site"):
        sources([Place("example.com", tmp_path / "example.com")])


@pytest.mark.parametrize("line", ["{}", "[1]", '{"file": "articles/', "7"])
def test_a_list_that_is_damaged(tmp_path: Path, line: str) -> None:
    place = placed(tmp_path, article(1))
    with (place.folder / "published.jsonl").open("a") as ledger:
        ledger.write(line)
    with pytest.raises(StorageError, match="line 2 names no published file"):
        sources([place])


@pytest.mark.parametrize(
    "damage", [lambda data: data.replace("标".encode(), "票".encode(), 1), lambda data: data[:-9], lambda _: b""]
)
def test_a_file_that_is_not_what_was_published(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    found = sources([placed(tmp_path, article(1), article(2))])
    found[0].path.write_bytes(damage(found[0].path.read_bytes()))
    with pytest.raises(StorageError, match="it is not what was published"):
        list(read(found))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    found = sources([placed(tmp_path, article(1))])
    found[0].path.unlink()
    with pytest.raises(StorageError, match=r"-portal-0001.jsonl: No such file or directory: it is not there"):
        list(read(found))
