from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from crawler.errors import StorageError
from crawler.export.latest import OPEN_FILES, Index, merged
from crawler.export.reading import read, sources
from tests.export.helpers import article, comment, exported, gone, placed, remarks

if TYPE_CHECKING:
    from pathlib import Path


def latest(tmp_path: Path, *records: dict[str, Any], a_part: int = 1000, **options: Any) -> list[dict[str, Any]]:
    path = tmp_path / "out.jsonl"
    exported(placed(tmp_path, *records, a_part=a_part), path, latest=True, **options)
    return [orjson.loads(line) for line in path.read_bytes().splitlines()]


def test_one_row_an_article(tmp_path: Path) -> None:
    newer = article(1, revision=2, headline="新")
    assert latest(tmp_path, article(1), article(2), newer, a_part=1) == [article(2), newer]


def test_what_was_published_last_counts_whatever_its_revision(tmp_path: Path) -> None:
    anew = article(1, headline="重来")
    assert latest(tmp_path, article(1, revision=7), anew) == [anew]


def test_new_comments_are_merged_in(tmp_path: Path) -> None:
    first = article(1, comments=[comment(4), comment(9)])
    rows = latest(tmp_path, first, remarks(1, 12, 2), article(2), remarks(1, 20), a_part=1)
    assert rows == [first | {"comments": [comment(number) for number in (2, 4, 9, 12, 20)]}, article(2)]


def test_comments_before_the_newest_line_are_in_it_or_gone(tmp_path: Path) -> None:
    newest = article(1, comments=[comment(4)], revision=2)
    assert latest(tmp_path, article(1, comments=[comment(3)]), remarks(1, 4), newest) == [newest]


def test_comments_before_a_line_that_has_not_all_are_kept(tmp_path: Path) -> None:
    newest = article(1, comments=[comment(4, text="改")], comments_complete=False, revision=2)
    rows = latest(tmp_path, article(1, comments=[comment(3), comment(4)]), remarks(1, 5), newest, remarks(1, 6))
    assert rows == [newest | {"comments": [comment(3), comment(4, text="改"), comment(5), comment(6)]}]


def test_comments_that_are_switched_off_stay_so(tmp_path: Path) -> None:
    newest = article(1, comments=None, comments_complete=False)
    assert latest(tmp_path, article(1, comments=[comment(3)]), newest) == [newest]


def test_an_article_that_is_gone_is_a_row_that_says_so(tmp_path: Path) -> None:
    records = [article(1, comments=[comment(1)]), remarks(1, 2), gone(1), article(2)]
    assert latest(tmp_path, *records) == [gone(1), article(2)]


def test_an_article_that_is_gone_can_be_left_out(tmp_path: Path) -> None:
    assert latest(tmp_path, article(1), gone(1), article(2), statuses=("published",)) == [article(2)]


def test_more_files_than_are_kept_open(tmp_path: Path) -> None:
    many = OPEN_FILES + 3
    records = [remarks(1, number) for number in range(1, many + 1)]
    (row,) = latest(tmp_path, article(1), *records, a_part=1)
    assert row["comments"] == sorted((comment(n) for n in range(1, many + 1)), key=lambda one: (one["date"], one["id"]))


def test_a_file_that_is_replaced_meanwhile(tmp_path: Path) -> None:
    place = placed(tmp_path, remarks(1, 2), article(1, comments=[], comments_complete=False), a_part=1)
    found = sources([place])
    index = Index(tmp_path / "index", found)
    lines = list(read(found))
    for line in lines:
        index.note(line, True)
    for text in (b"{}\n", b"half"):
        (tmp_path / "new").write_bytes(text)
        (tmp_path / "new").replace(found[0].path)
        with pytest.raises(StorageError, match="start again if it was replaced just now"):
            index.merge(lines[1])
    index.close()


@pytest.mark.parametrize(
    ("lines", "numbers"),
    [
        ([article(1, comments=[comment(1)])], [1]),
        ([article(1, comments=None)], None),
        ([gone(1)], None),
        ([article(1, comments=None), remarks(1, 2)], [2]),
        ([article(1, comments=[comment(1)]), article(1, comments=None), remarks(1, 2)], [2]),
        ([article(1, comments=[comment(2), comment(1)])], [1, 2]),
    ],
)
def test_merging(lines: list[dict[str, Any]], numbers: list[int] | None) -> None:
    found = merged(lines)
    assert (None if found is None else [one["id"] for one in found]) == numbers


def test_a_comment_without_a_date_comes_first() -> None:
    found = merged([article(1, comments=[comment(1), comment(2, date=None)])])
    assert found
    assert [one["id"] for one in found] == [2, 1]
