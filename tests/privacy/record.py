"""A record in which every field that people write says something personal."""

from __future__ import annotations

from typing import Any

PHONE = "13800138000"


def record(**changes: Any) -> dict[str, Any]:
    """A record; the words of each field differ."""
    return {
        "id": "demo:12",
        "kind": "article",
        "status": "published",
        "url": f"http://www.example.com/portal.php?mod=view&aid=12&x={PHONE}",
        "moved_to": None,
        "observed_urls": [f"http://www.example.com/{PHONE}"],
        "headline": f"招聘{PHONE}",
        "date_published": "2026-11-01T10:00:00+08:00",
        "date_published_raw": "2026-11-1 10:00",
        "date_precision": "minute",
        "date_modified": None,
        "authors": [
            {"name": f"王{PHONE}", "name_raw": f"作者：王{PHONE}"},
            {"name": "江上清风", "name_raw": "江上清风"},
        ],
        "publisher": {"name": "江上清风", "uid": 5},
        "is_based_on": {"name": f"日报{PHONE}", "url": "mailto:a@example.com"},
        "breadcrumbs": [{"name": "站", "url": "http://www.example.com/", "catid": None}],
        "article_section": "时政",
        "description": f"摘要{PHONE}",
        "article_body": f"联系{PHONE}\n\n陈望舒报道，@江上清风",
        "article_body_html": (
            f'<p>联系<b>138</b>00138000</p><p>陈望舒报道，@江上清风<a href="mailto:a@example.com">写信</a>'
            f'<img src="http://www.example.com/{PHONE}.jpg" alt="图{PHONE}"></p>'
        ),
        "pages": [{"number": 1, "url": "http://www.example.com/", "title": f"页{PHONE}"}],
        "credits": {"记者": ["陈望舒", f"李{PHONE}"]},
        "images": [
            {
                "url": f"http://www.example.com/{PHONE}.jpg",
                "alt": f"图{PHONE}",
                "width": None,
                "height": None,
                "thumb_url": None,
                "local_path": f"media/13/80/{'1380' * 16}.jpg",
                "sha256": "1380" * 16,
            }
        ],
        "main_image": {"url": f"http://www.example.com/{PHONE}.jpg"},
        "attachments": [
            {
                "url": f"http://www.example.com/{PHONE}.doc",
                "name": f"名单{PHONE}",
                "size": 13800138000,
                "local_path": None,
                "sha256": None,
            }
        ],
        "videos": [],
        "audios": [],
        "links": [{"url": "mailto:a@example.com", "text": f"打{PHONE}"}],
        "keywords": [PHONE],
        "view_count": 13800138000,
        "comment_count": 3,
        "counts_observed_at": "2026-11-01T10:00:00+08:00",
        "reactions": {"鲜花": 13800138000},
        "comments": [
            comment(21, "甲乙", 7, f"我的电话{PHONE}"),
            comment(22, "丙丁", 8, "@甲乙 说得好", quote=f"我的电话{PHONE}"),
            comment(23, None, None, "甲乙：站里的新闻不错"),
        ],
        "comments_complete": True,
        "related": [{"url": "http://www.example.com/portal.php?mod=view&aid=13", "headline": f"又{PHONE}", "aid": 13}],
        "previous": {"url": "http://www.example.com/portal.php?mod=view&aid=11", "headline": f"前{PHONE}", "aid": 11},
        "next": None,
        "in_language": "zh-Hans",
        "content_hash": "a" * 64,
        "revision": 1,
        "site": {
            "name": "站",
            "host": "www.example.com",
            "generator": None,
            "charset": "utf-8",
            "icp": "京ICP备13800138号",
        },
        "discuz": {"aid": 12, "catid": 3, "idtype": None, "tid": None, "template": None},
        "provenance": {
            "run_id": "20261101T100000Z-portal",
            "fetched_at": "2026-11-01T10:00:00+08:00",
            "http_status": 200,
            "encoding": "utf-8",
            "encoding_source": "http",
            "time_zone_source": "profile",
            "schema_version": "1",
            "extractor": "default",
            "via": "http",
        },
        **changes,
    }


def comment(number: int, author: str | None, uid: int | None, text: str, quote: str | None = None) -> dict[str, Any]:
    """A comment of a record."""
    return {
        "id": number,
        "author": author,
        "author_uid": uid,
        "date": "2026-11-01T10:00:00+08:00",
        "text": text,
        "quote": quote,
    }


def update(*comments: dict[str, Any], aid: int = 12) -> dict[str, Any]:
    """A line of new comments."""
    return {
        "id": f"demo:{aid}",
        "kind": "comments",
        "status": "published",
        "comments": list(comments),
        "counts_observed_at": "2026-11-02T10:00:00+08:00",
    }
