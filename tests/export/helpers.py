"""Records and published files for tests of exports."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from crawler.export import Options, Place, export
from crawler.items import Article, Breadcrumb, Discuz, Provenance, SiteInfo
from tests.benchmarks.export import publish

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.export import Done

SITE = "example.com"
WORDS = (
    "市图书馆新馆昨天开放，上午就来了一千多名读者，他们说这里的光线很好，书架之间也宽敞，孩子们有自己的一层楼可以看书。"
)


def article(aid: int, site: str = SITE, **changed: Any) -> dict[str, Any]:
    """A whole record, as a crawl writes it; ``catid`` is put where it belongs."""
    catid = changed.pop("catid", 3)
    name = changed.get("article_section", f"c{catid}")
    record = Article(
        id=f"{site}:{aid}",
        url=f"https://{site}/portal.php?mod=view&aid={aid}",
        headline=f"标题{aid}",
        date_published="2024-05-01T07:30:00+08:00",
        date_published_raw="2024-5-1 07:30",
        date_precision="minute",
        breadcrumbs=[
            Breadcrumb("首页", f"https://{site}/"),
            Breadcrumb(name, f"https://{site}/portal.php?mod=list&catid={catid}", catid),
        ],
        article_section=name,
        article_body=f"{WORDS}{aid}",
        article_body_html=f"<p>{WORDS}{aid}</p>",
        comments=[],
        comments_complete=True,
        counts_observed_at="2024-05-02T00:00:00+00:00",
        in_language="zh-Hans",
        site=SiteInfo("例", site),
        discuz=Discuz(aid, catid),
        provenance=Provenance("20240502T000000Z-portal", "2024-05-02T00:00:00+00:00", 200, "utf-8", "meta", "footer"),
    )
    return deepcopy(asdict(record) | changed)


def gone(aid: int, site: str = SITE) -> dict[str, Any]:
    """The least that a record of an article that is gone has."""
    whole = article(aid, site)
    kept = {name: whole[name] for name in ("id", "kind", "url", "site", "provenance")}
    return kept | {"status": "gone", "revision": 2}


def comment(number: int, **changed: Any) -> dict[str, Any]:
    """A comment."""
    date = f"2024-05-{number % 28 + 1:02}T12:00:00+08:00"
    return {"id": number, "author": "路人", "author_uid": 7, "date": date, "text": "好", "quote": None} | changed


def remarks(aid: int, *numbers: int, site: str = SITE) -> dict[str, Any]:
    """A line of new comments."""
    return {
        "id": f"{site}:{aid}",
        "kind": "comments",
        "status": "published",
        "comments": [comment(number) for number in numbers],
        "counts_observed_at": "2024-05-09T00:00:00+00:00",
    }


def placed(data: Path, *records: dict[str, Any], site: str = SITE, a_part: int = 1000) -> Place:
    """Publish some lines of a site, after those that it has."""
    publish(data / site, records, a_part)
    return Place(site, data / site, f"https://{site}/")


def exported(place: Place | list[Place], path: Path, **options: Any) -> Done:
    """Export some sites; JSON Lines unless something else is asked for."""
    asked: dict[str, Any] = {"to": "jsonl", "path": path} | options
    return export(place if isinstance(place, list) else [place], Options(**asked))
