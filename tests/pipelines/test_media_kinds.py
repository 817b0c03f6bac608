"""What a file is, by its bytes, its names and its headers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, Response, TextResponse

from crawler.pipelines.media_kinds import (
    LONGEST_NAME,
    extension_in,
    extension_of,
    is_no_picture,
    is_page,
    is_wanted,
    name_in,
    picture_in,
)
from fixtures.portal import media

URL = "http://www.example.com/"
RIFF = b"RIFF\x24\0\0\0WEBPVP8 "
BMP = b"BM\x8a\0\0\0\0\0\0\0\x8a\0\0\0"
ZIP = b"PK\x03\x04\x14\0"
HTML = b"<!DOCTYPE html><html><body>no</body></html>"


@pytest.mark.parametrize(
    ("body", "extension"),
    [
        (media.JPEG, "jpg"),
        (media.GIF, "gif"),
        (media.png("x"), "png"),
        (RIFF, "webp"),
        (BMP, "bmp"),
        (b"\0\0\0\x20ftypavif", "avif"),
        (b"II*\0", "tif"),
        (b"BM and so on", None),
        (b"RIFF\x24\0\0\0WAVE", None),
        (b"1234\x00\x00\0\0\0\0", None),
        (ZIP, None),
        (HTML, None),
        (b"", None),
    ],
)
def test_a_picture_is_known_by_its_bytes(body: bytes, extension: str | None) -> None:
    assert picture_in(body) == extension


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.PNG", "png"),
        ("http://h/d.e/a", None),
        ("http://h/a.jpeg?x=y.gif", "jpeg"),
        ("http://h/%E5%85%AC.docx", "docx"),
        ("http://h/a.php", None),
        ("http://h/a.jpg!large", None),
        ("http://h/a.jpg/", None),
        ("http://h", None),
        ("公示?表.xls", None),
        ("a.tar.gz", "gz"),
        ("a.", None),
        (".png", "png"),
        ("a.verylongextension", None),
        ("a.p/g", None),
        ("", None),
    ],
)
def test_an_extension_is_what_ends_a_name(name: str, extension: str | None) -> None:
    assert extension_in(name) == extension


def response(body: bytes, kind: str = "", url: str = URL, **more: str) -> Response:
    headers = {name.replace("_", "-"): value for name, value in more.items()} | ({"Content-Type": kind} if kind else {})
    return Response(url, body=body, headers=headers)


@pytest.mark.parametrize(
    ("came", "name", "extension"),
    [
        (response(media.JPEG, "image/png", f"{URL}a.png"), "a.gif", "jpg"),
        (response(ZIP, "docx", f"{URL}portal.php?mod=attachment&id=1"), "公示.docx", "docx"),
        (response(ZIP, "docx", f"{URL}portal.php?mod=attachment&id=1"), None, "docx"),
        (response(ZIP, "docx", f"{URL}a.zip"), None, "zip"),
        (response(b"%PDF-", "application/pdf; charset=x"), None, "pdf"),
        (response(b"?", "application/octet-stream", f"{URL}a.rar"), None, "rar"),
        (response(b"?", "application/x-nobody-knows"), None, "bin"),
        (response(b"?", "../../etc"), "a.../x", "bin"),
        (response(b"?"), "../../../a.sh", "sh"),
        (response(b"?"), None, "bin"),
    ],
)
def test_the_extension_of_what_came(came: Response, name: str | None, extension: str) -> None:
    assert extension_of(came, name) == extension


@pytest.mark.parametrize(
    ("extension", "declared", "kinds", "expected"),
    [
        ("exe", "", [], True),
        ("jpg", "", ["image/*"], True),
        ("jpg", "", ["image/jpeg"], True),
        ("svg", "", ["image/*"], True),
        ("avif", "", ["image/*"], True),
        ("pdf", "", ["image/*"], False),
        ("pdf", "", ["application/pdf"], True),
        ("pdf", "", [".PDF"], True),
        ("docx", "", ["DOCX"], True),
        ("bin", "application/pdf", ["application/pdf"], True),
        ("bin", "", ["application/pdf"], False),
        ("png", "text/html", ["text/*"], True),
        ("bin", "docx", ["docx"], True),
    ],
)
def test_what_is_wanted(extension: str, declared: str, kinds: list[str], expected: bool) -> None:
    assert is_wanted(extension, declared, kinds) is expected


def test_a_page_in_place_of_a_file() -> None:
    assert is_page(HtmlResponse(URL, body=HTML))
    assert not is_page(HtmlResponse(URL, body=HTML, headers={"Content-Disposition": "attachment; filename=a.htm"}))
    assert not is_page(HtmlResponse(URL, body=media.JPEG)), "a picture that is declared as a page"
    assert not is_page(TextResponse(URL, body=b"words"))


@pytest.mark.parametrize(
    ("came", "is_none"),
    [
        (TextResponse(URL, body=b"no hotlinking"), True),
        (TextResponse(URL, body=b"<svg/>", headers={"Content-Type": "image/svg+xml"}), False),
        (TextResponse(URL, body=media.GIF), False),
        (response(b"%PDF-", "application/pdf"), True),
        (response(b"\x00\x01", "application/octet-stream"), False),
        (response(b"\x00\x01", "png"), False),
        (response(b"\x00\x01"), False),
    ],
)
def test_something_else_in_place_of_a_picture(came: Response, is_none: bool) -> None:
    assert is_no_picture(came) is is_none


NAME = "市文旅广体局公示表.xls"


@pytest.mark.parametrize(
    ("header", "encoding", "name"),
    [
        # As X3.4 and X3.5 send it, in the charset of the site and, by name, in that of the header.
        (b'attachment; filename="' + NAME.encode("gbk") + b'"', "gb18030", NAME),
        (b'attachment; filename="' + NAME.encode("gbk") + b'"', "utf-8", NAME),
        (b"attachment; filename=%E5%85%AC.xls; filename*=utf-8''%E5%85%AC%E7%A4%BA.xls", None, "公示.xls"),
        (b"attachment; filename*=gbk''%B9%AB%CA%BE.xls", None, "公示.xls"),
        (b"attachment; filename*=nothing''%41.xls", None, "A.xls"),
        (b'INLINE; FileName = "a b;c.xls"; size=3', None, "a b;c.xls"),
        (b"attachment; filename=..\\..\\a.xls", None, "a.xls"),
        (b"attachment; filename=%2e%2e%2f%2e%2e%2fa.xls", None, "a.xls"),
        (b'attachment; filename="a\r\n\x00\x1b[31mb.xls"', None, "a [31mb.xls"),
        (b'attachment; filename=""', None, None),
        (b'attachment; filename="/"', None, None),
        (b"attachment", None, None),
        (b"", None, None),
        (None, None, None),
        (b"attachment; filename=" + b"a" * 999, None, "a" * LONGEST_NAME),
    ],
)
def test_a_file_is_called_what_its_server_calls_it(
    header: bytes | None, encoding: str | None, name: str | None
) -> None:
    assert name_in(header, encoding) == name


@given(st.binary(max_size=60), st.sampled_from([None, "gb18030", "big5hkscs", "idna", "undefined", "hex", "no"]))
def test_no_header_is_too_odd(value: bytes, encoding: str | None) -> None:
    for header in (value, b"attachment; filename=" + value, b"attachment; filename*=x''" + value):
        name = name_in(header, encoding)
        assert name is None or (name.isprintable() and "/" not in name and name.encode())
        assert extension_in(name or "") != ""
