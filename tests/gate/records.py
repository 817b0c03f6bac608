"""Records as short as the gate can read them."""

from __future__ import annotations

from typing import Any

import orjson

TEXT = "新华社北京电 记者从会议上了解到，今年以来全国各地的工作取得了新的进展，人们的生活有了明显的变化。"


def record(aid: int = 1, **values: Any) -> dict[str, Any]:
    """A record without a fault; `values` replace fields of it."""
    made: dict[str, Any] = {
        "id": f"demo:{aid}",
        "kind": "article",
        "status": "published",
        "headline": f"第{aid}号文章的标题是甲乙丙丁"[: 8 + aid % 5] + "戊己庚辛"[aid % 4],
        "date_published": f"2026-{1 + aid // 28 % 12:02}-{1 + aid % 28:02}T08:00:00+08:00",
        "date_precision": "minute",
        "authors": [{"name": "王临川", "name_raw": "王临川"}],
        "publisher": {"name": "江上清风", "uid": 5},
        "is_based_on": None,
        "breadcrumbs": [{"name": "云泽", "url": "/"}, {"name": "时政", "url": "/c"}],
        "article_section": "时政",
        "description": "摘要",
        "article_body": chr(0x4E00 + aid) * 8 + TEXT,
        "credits": {},
        "images": [],
        "main_image": None,
        "attachments": [],
        "videos": [],
        "links": [],
        "keywords": [],
        "view_count": 0,
        "comment_count": 0,
        "comments": [],
        "reactions": {},
        "related": [],
        "previous": None,
        "next": None,
        "in_language": "zh-Hans",
        "revision": 1,
        "site": {"name": "云泽网", "host": "example.com"},
        "discuz": {"aid": aid, "catid": 3},
        "provenance": {"fetched_at": "2026-12-31T00:00:00+00:00", "extractor": "default"},
    }
    return made | values


def lines(*records: dict[str, Any]) -> list[bytes]:
    """Records as they stand in a file."""
    return [orjson.dumps(one, option=orjson.OPT_APPEND_NEWLINE) for one in records]
