from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from crawler.errors import StorageError, UsageError
from tests.export.helpers import article, exported, gone, placed, remarks

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.export import Place

CATEGORIES = [
    {"catid": 1, "name": "新闻", "url": "https://example.com/news/", "folder": "news", "parent_key": None},
    {"catid": 2, "name": "时政", "url": "https://example.com/portal.php?mod=list&catid=2", "parent_key": "1"},
    {"catid": 3, "name": "社会", "url": "https://example.com/news/shehui/", "folder": "news/shehui", "parent_key": "1"},
    {"catid": 4, "name": "文化", "url": "https://example.com/portal.php?mod=list&catid=4", "parent_key": None},
]


def kept(place: Place | list[Place], tmp_path: Path, **options: Any) -> list[tuple[str, str]]:
    path = tmp_path / "out.jsonl"
    exported(place, path, overwrite=True, **options)
    rows = (orjson.loads(line) for line in path.read_bytes().splitlines())
    return [(row["id"], row["status"] if row["kind"] == "article" else "comments") for row in rows]


def with_tree(place: Place) -> Place:
    rows = ({"key": str(one["catid"]), "folder": None} | one for one in CATEGORIES)
    (place.folder / "categories.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return place


def ids(rows: list[tuple[str, str]]) -> list[int]:
    return [int(id_.partition(":")[2]) for id_, _ in rows]


def test_days_are_the_sites_own_and_both_are_included(tmp_path: Path) -> None:
    dates = ["2024-04-30T23:59:59+08:00", "2024-05-01T00:00:00+08:00", "2024-05-02T23:59:59+08:00", None]
    dates.append("2024-05-03T00:00:00+08:00")
    place = placed(tmp_path, *(article(aid, date_published=at) for aid, at in enumerate(dates)))
    first, last = date(2024, 5, 1), date(2024, 5, 2)
    assert ids(kept(place, tmp_path, from_date=first)) == [1, 2, 4]
    assert ids(kept(place, tmp_path, until_date=last)) == [0, 1, 2]
    assert ids(kept(place, tmp_path, from_date=first, until_date=last)) == [1, 2]
    assert ids(kept(place, tmp_path, from_date=first, until_date=last, latest=True)) == [1, 2]


@pytest.mark.parametrize("latest", [False, True])
def test_what_says_nothing_of_a_day_goes_with_its_article(tmp_path: Path, latest: bool) -> None:
    old = {"date_published": "2020-01-01T00:00:00+08:00"}
    lines = [article(1), article(2, **old), article(3), remarks(1, 5), remarks(2, 6), gone(2), gone(3), gone(4)]
    rows = kept(placed(tmp_path, *lines), tmp_path, from_date=date(2024, 1, 1), latest=latest)
    every = [("example.com:1", "published"), ("example.com:3", "published"), ("example.com:1", "comments")]
    newest = [("example.com:1", "published")]
    assert rows == [*(newest if latest else every), ("example.com:3", "gone")]


def test_statuses(tmp_path: Path) -> None:
    moved = article(3) | {"status": "moved", "moved_to": "https://elsewhere.example/"}
    place = placed(tmp_path, article(1), article(2), gone(2), moved)
    assert ids(kept(place, tmp_path, statuses=("gone", "moved"))) == [2, 3]
    assert ids(kept(place, tmp_path, statuses=("published",))) == [1, 2]
    assert ids(kept(place, tmp_path, statuses=("published",), latest=True)) == [1]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("4",), [4]),
        (("文化",), [4]),
        (("1",), [1, 2, 3]),
        (("新闻",), [1, 2, 3]),
        (("news",), [1, 2, 3]),
        (("shehui",), [3]),
        (("news/shehui/",), [3]),
        (("https://example.com/news/shehui/",), [3]),
        (("http://127.0.0.1:8080/news/shehui/",), [3]),
        (("https://example.com/portal.php?mod=list&catid=2",), [2]),
        (("时政", "4"), [2, 4]),
    ],
)
def test_a_category_is_all_below_it(tmp_path: Path, words: tuple[str, ...], found: list[int]) -> None:
    place = with_tree(placed(tmp_path, *(article(aid, catid=aid) for aid in range(1, 5))))
    assert ids(kept(place, tmp_path, categories=words)) == found


def test_a_category_that_only_the_path_tells(tmp_path: Path) -> None:
    record = article(1, catid=3)
    record["discuz"]["catid"] = None
    assert ids(kept(with_tree(placed(tmp_path, record)), tmp_path, categories=("3",))) == [1]


def test_a_category_that_only_one_of_the_sites_has(tmp_path: Path) -> None:
    places = [
        with_tree(placed(tmp_path, article(1, catid=4))),
        placed(tmp_path, article(2, "b.example", catid=4), site="b.example"),
    ]
    assert ids(kept(places, tmp_path, categories=("文化",))) == [1]


@pytest.mark.parametrize(
    "word", ["9", "体育", "https://example.com/sports/", "https://example.com/portal.php", "x://["]
)
def test_a_category_that_there_is_not(tmp_path: Path, word: str) -> None:
    place = with_tree(placed(tmp_path, article(1)))
    with pytest.raises(UsageError, match="--category"):
        kept(place, tmp_path, categories=(word,))
    assert not (tmp_path / "out.jsonl").exists()


def test_the_choice_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--category 体育: there is none; there are 1 新闻, 2 时政, 3 社会, 4 文化"):
        kept(with_tree(placed(tmp_path, article(1))), tmp_path, categories=("体育",))
    place = placed(tmp_path, article(1), site="b.example")
    with pytest.raises(UsageError, match="there is none; there are none known"):
        kept(place, tmp_path, categories=("体育",))


def test_a_list_of_categories_that_is_damaged(tmp_path: Path) -> None:
    place = placed(tmp_path, article(1))
    (place.folder / "categories.jsonl").write_text('{"key": "1"}')
    with pytest.raises(StorageError, match=r"categories.jsonl: it is no list of categories"):
        kept(place, tmp_path, categories=("1",))
