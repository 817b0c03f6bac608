from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.export.helpers import article, exported, gone, placed, remarks

if TYPE_CHECKING:
    from pathlib import Path

CHARACTERS = [chr(code) for code in range(0x4E00, 0x5E00)]
RELEASE = (
    "本报讯 市交通运输局昨日发布消息，自6月1日起，全市128条公交线路将统一调整首末班车时间，其中46条线路延长至22时30分。"
    "据介绍，此次调整广泛征求了市民意见，共收到有效建议2300余条。市公交集团负责人王建国表示，将同步增加高峰时段运力，"
    "在早晚高峰投放备用车辆60台，并在主要站点安排志愿者引导。市民可通过“云泽出行”小程序查询实时到站信息，也可以拨打"
    "服务热线咨询。下一步，交通部门还将结合地铁二号线的开通，对沿线的接驳线路进行优化，预计年底前完成全部调整工作。"
)
WEATHER = (
    "市气象台{day}发布天气预报：今天白天{sky}，偏{wind}风{force}级，最高气温{high}度；今天夜间{night}，最低气温{low}度。"
    "{place}局部有{more}，请注意{care}。未来三天{later}，{advice}，出行请提前安排。"
)
SUNNY = {
    "day": "5月3日",
    "sky": "晴间多云",
    "wind": "南",
    "force": "3到4",
    "high": "27",
    "night": "多云",
    "low": "16",
    "place": "山区",
    "more": "阵雨",
    "care": "防滑",
    "later": "以晴好天气为主",
    "advice": "适宜户外活动",
}
RAINY = {
    "day": "7月18日",
    "sky": "中到大雨",
    "wind": "东北",
    "force": "5",
    "high": "22",
    "night": "阴有雷阵雨",
    "low": "19",
    "place": "沿江地区",
    "more": "暴雨",
    "care": "防范山洪和城市内涝",
    "later": "降水持续",
    "advice": "尽量减少外出",
}
WIDE = str.maketrans({character: chr(ord(character) + 0xFEE0) for character in "0123456789"})


def clusters(tmp_path: Path, *records: dict[str, Any], **options: Any) -> dict[str, tuple[str, int]]:
    """The cluster of each row, its rows in order."""
    path = tmp_path / "out.jsonl"
    exported(placed(tmp_path, *records), path, near=True, overwrite=True, **options)
    rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    assert len(rows) == len(records) or options
    return {row["id"].partition(":")[2]: (row["cluster_id"].partition(":")[2], row["cluster_size"]) for row in rows}


def text(seed: int, length: int = 400) -> str:
    chance = random.Random(seed)
    return "".join(chance.choice(CHARACTERS) for _ in range(length))


@pytest.mark.parametrize(
    "changed",
    [
        {"article_body": RELEASE},
        {"article_body": f"来源：云泽日报  2024-05-01 记者 李晓明\n\n{RELEASE}"},
        {"article_body": f"{RELEASE}\n\n（责任编辑：张三 审核：李四）", "headline": "公交末班车延长 市民出行更方便"},
        {"article_body": RELEASE.translate(WIDE).replace("，", ",").replace("。", " . ")},
        {"article_body": "\n\n".join(RELEASE.split("。")), "headline": "标题1"},
        {"article_body": RELEASE.replace("王建国", "有关").replace("2300", "2500")},
    ],
    ids=["same", "a header", "a footer and another title", "widths and punctuation", "paragraphs", "words"],
)
def test_a_copy_is_near(tmp_path: Path, changed: dict[str, Any]) -> None:
    records = [article(1, article_body=RELEASE), article(2, **changed), article(3, article_body=text(3))]
    assert clusters(tmp_path, *records) == {"1": ("1", 2), "2": ("1", 2), "3": ("3", 1)}


@pytest.mark.parametrize(
    "other",
    [
        WEATHER.format(**RAINY),
        RELEASE[: len(RELEASE) // 2] + text(5, len(RELEASE) // 2),
        text(7),
        "".join(reversed(RELEASE)),
    ],
    ids=["another day's weather", "the first half", "another text", "backwards"],
)
def test_another_text_is_not(tmp_path: Path, other: str) -> None:
    first = WEATHER.format(**SUNNY) if "气象台" in other else RELEASE
    found = clusters(tmp_path, article(1, article_body=first), article(2, article_body=other))
    assert found == {"1": ("1", 1), "2": ("2", 1)}


def test_what_is_too_short_is_not_compared(tmp_path: Path) -> None:
    records = [article(1, article_body="图片新闻"), article(2, article_body="图片新闻"), article(3, article_body="")]
    records += [article(4, article_body=None), gone(5)]
    assert clusters(tmp_path, *records) == {str(aid): (str(aid), 1) for aid in range(1, 6)}


def test_a_cluster_is_named_after_its_earliest_article(tmp_path: Path) -> None:
    dates = {9: None, 4: "2024-05-02T00:00:00+08:00", 7: "2024-05-01T23:00:00+08:00", 2: "2024-05-01T23:00:00+08:00"}
    records = [article(aid, article_body=RELEASE, date_published=date) for aid, date in dates.items()]
    assert set(clusters(tmp_path, *records).values()) == {("2", 4)}


def test_lines_of_one_article_are_in_one_cluster_and_count_once(tmp_path: Path) -> None:
    records = [
        article(1, article_body=RELEASE),
        article(2, article_body=RELEASE),
        article(2, article_body=text(1), revision=2),
        remarks(1, 5),
    ]
    path = tmp_path / "out.jsonl"
    exported(placed(tmp_path, *records), path, near=True)
    rows = [orjson.loads(line) for line in path.read_bytes().splitlines()]
    assert [(row["cluster_id"], row["cluster_size"]) for row in rows] == [("example.com:1", 2)] * 4


def test_copies_on_many_sites(tmp_path: Path) -> None:
    places = [
        placed(
            tmp_path,
            article(1, site, article_body=f"{site}讯 {RELEASE}"),
            article(2, site, article_body=text(number)),
            site=site,
        )
        for number, site in enumerate(f"s{number}.example" for number in range(10))
    ]
    done = exported(places, tmp_path / "out.jsonl", near=True)
    rows = [orjson.loads(line) for line in (tmp_path / "out.jsonl").read_bytes().splitlines()]
    assert {(row["cluster_id"], row["cluster_size"]) for row in rows if row["id"].endswith(":1")} == {
        ("s0.example:1", 10)
    }
    assert {row["cluster_size"] for row in rows if row["id"].endswith(":2")} == {1}
    assert (done.rows, done.clusters) == (20, 1)


def test_clusters_are_of_what_is_exported(tmp_path: Path) -> None:
    records = [
        article(1, article_body=RELEASE, status="gone"),
        article(2, article_body=RELEASE),
        article(3, article_body=RELEASE),
    ]
    found = clusters(tmp_path, *records, statuses=("published",))
    assert found == {"2": ("2", 2), "3": ("2", 2)}


def test_many_are_found_and_few_are_not(tmp_path: Path) -> None:
    """Texts of which a known share is the same: well above the threshold all are near, well below none."""
    records, wanted = [], {}
    for number in range(60):
        base = text(number)
        changed = 20 if number % 2 else 150  # characters in one place: 5 % leave 0.9 in common, 38 % a half
        other = text(1000 + number, changed) + base[changed:]
        records += [article(2 * number + 1, article_body=base), article(2 * number + 2, article_body=other)]
        wanted[str(2 * number + 2)] = number % 2 == 1
    found = clusters(tmp_path, *records)
    assert {aid: found[aid][1] == 2 for aid in wanted} == wanted


def test_the_same_every_time(tmp_path: Path) -> None:
    bodies = [text(number % 9)[: 300 + number] for number in range(40)]
    records = [article(aid, article_body=body) for aid, body in enumerate(bodies, 1)]
    first, again = (clusters(tmp_path / name, *records) for name in ("one", "two"))
    assert first == again
    assert max(size for _, size in first.values()) > 1


def test_an_export_without_rows(tmp_path: Path) -> None:
    assert clusters(tmp_path, article(1), statuses=("gone",)) == {}
