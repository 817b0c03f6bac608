"""Addresses: what they resolve to, and whose they are."""

from __future__ import annotations

import pytest

from crawler.text.addresses import (
    IMAGE_SCHEMES,
    MEDIA_SCHEMES,
    absolute,
    is_attachment,
    is_decoration,
    original_image,
)

BASE = "http://site.example/bbs/"


@pytest.mark.parametrize(
    ("printed", "url"),
    [
        ("http://other.example/a", "http://other.example/a"),
        ("//other.example/a", "http://other.example/a"),
        ("data/a.png", BASE + "data/a.png"),
        (" ./data/a.png\n", BASE + "data/a.png"),
        ("/a", "http://site.example/a"),
        ("?aid=1&page=2", BASE + "?aid=1&page=2"),
        ("da\nta/a.png", BASE + "data/a.png"),
        ("mailto:desk@site.example", "mailto:desk@site.example"),
        ("", None),
        (" ", None),
        ("#top", None),
        ("javascript:;", None),
        ("java\nscript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("data:image/png;base64,AA", None),
        ("file:///c:/a.png", None),
        ("http://[", None),
        ("data\\a.png", BASE + "data/a.png"),
        ("..\\a?x=\\b", "http://site.example/a?x=\\b"),
    ],
)
def test_absolute(printed: str, url: str | None) -> None:
    assert absolute(BASE, printed) == url


def test_schemes_are_for_a_purpose() -> None:
    assert absolute(BASE, "rtmp://h/a", MEDIA_SCHEMES) == "rtmp://h/a"
    assert absolute(BASE, "rtmp://h/a") is None
    assert absolute(BASE, "mailto:a@h", IMAGE_SCHEMES) is None


@pytest.mark.parametrize(
    ("url", "original", "thumb"),
    [
        ("http://h/data/attachment/portal/1.png", "http://h/data/attachment/portal/1.png", None),
        (
            "http://h/data/attachment/portal/1.png.thumb.jpg",
            "http://h/data/attachment/portal/1.png",
            "http://h/data/attachment/portal/1.png.thumb.jpg",
        ),
        ("http://h/img/1.png.thumb.jpg", "http://h/img/1.png.thumb.jpg", None),
        ("http://h/data/attachment/1.thumb.jpg.html", "http://h/data/attachment/1.thumb.jpg.html", None),
    ],
)
def test_original_image(url: str, original: str, thumb: str | None) -> None:
    assert original_image(url) == (original, thumb)


@pytest.mark.parametrize(
    ("url", "decoration"),
    [
        (BASE + "static/image/common/none.gif", True),
        (BASE + "static/image/smiley/default/smile.gif", True),
        ("http://site.example/static/image/any.png", True),
        (BASE + "data/attachment/portal/static_image.png", False),
        ("http://other.example/static/image/smiley/a.gif", True),
        ("http://other.example/static/image/2020/photo.jpg", False),
    ],
)
def test_is_decoration(url: str, decoration: bool) -> None:
    assert is_decoration(url, BASE) is decoration


@pytest.mark.parametrize(
    ("url", "attachment"),
    [
        (BASE + "portal.php?mod=attachment&id=3", True),
        (BASE + "portal.php?id=3&mod=attachment", True),
        (BASE + "forum.php?mod=attachment&aid=MTIz", True),
        (BASE + "forum.php?mod=attachment&id=3", False),
        (BASE + "portal.php?mod=attachment", False),
        (BASE + "portal.php?mod=view&aid=3&from=mod=attachment", False),
        (BASE + "data/attachment/portal/201701/01/a.xls", True),
        (BASE + "data/attachment/portal/201701/01/a.PNG", False),
        (BASE + "data/attachment/portal/", False),
        (BASE + "a.xls", False),
    ],
)
def test_is_attachment(url: str, attachment: bool) -> None:
    assert is_attachment(url) is attachment
