"""Which files are asked for, and how."""

from __future__ import annotations

from asyncio import Semaphore
from typing import Any

import pytest
from scrapy.utils.project import get_project_settings

from crawler.pipelines.media_rules import MediaRules, Wanted
from crawler.sites import Site

SITE = Site("cd", "https://www.example.com/")
PAGE = "https://www.example.com/portal.php?mod=view&aid=1"


def rules(**given: Any) -> MediaRules:
    settings = get_project_settings()
    settings.setdict({f"DISCUZ_MEDIA_{name}": value for name, value in given.items()})
    return MediaRules.of(settings)


def file(url: str = "https://www.example.com/a.png", *, place: int = 0, name: str | None = None) -> Wanted:
    return Wanted(url, url, 1, PAGE, place, is_picture=name is None, name=name, encoding=None, turn=Semaphore(1))


def test_by_itself_everything_of_the_site_is_wanted() -> None:
    assert rules().why_not(file(), SITE) is None
    assert rules().why_not(file("https://img.example.com/a.exe"), SITE) is None
    assert rules().expires is None


@pytest.mark.parametrize(
    ("given", "wanted", "reason"),
    [
        ({}, file("https://elsewhere.example/a.png"), "offsite"),
        ({"HOSTS": "Elsewhere.example"}, file("https://elsewhere.example/a.png"), None),
        ({"HOSTS": "*"}, file("ftp://elsewhere.example/a.png"), "scheme"),
        ({"COUNT": 2}, file(place=1), None),
        ({"COUNT": 2}, file(place=2), "too_many"),
        ({"TYPES": "image/*"}, file(), None),
        ({"TYPES": "docx,image/*"}, file(name="a.docx"), None),
        ({"TYPES": "image/*"}, file("https://www.example.com/portal.php?mod=attachment&id=1", name="a.zip"), "type"),
        ({"TYPES": "image/*"}, file("https://www.example.com/portal.php?mod=attachment&id=1"), None),
        ({"TYPES": "image/png"}, file("https://www.example.com/a.jpg"), "type"),
    ],
)
def test_what_is_not_wanted_has_a_reason(given: dict[str, Any], wanted: Wanted, reason: str | None) -> None:
    assert rules(**given).why_not(wanted, SITE) == reason


@pytest.mark.parametrize(
    ("referrer", "sent"), [("none", None), ("site", b"https://www.example.com/"), ("page", PAGE.encode())]
)
def test_a_request(referrer: str, sent: bytes | None) -> None:
    site = Site("cd", "https://www.example.com/", media_referrer=referrer)
    request = rules(MAXSIZE=1000).request(file(), site)
    assert request.headers.get("Referer") == sent
    assert request.meta["download_maxsize"] == 1000
    assert request.cb_kwargs["media"] == file()
    assert rules().request(file(), site, "https://www.example.com/b.png").url == "https://www.example.com/b.png"
