"""The encoding of responses: one for all that reads them."""

from __future__ import annotations

from codecs import BOM_UTF8

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response, TextResponse, XmlResponse

from crawler.middlewares.charset import CharsetMiddleware, charset_of, decoded
from crawler.text.decoding import Charset

URL = "http://site.example/portal.php"
SIMPLIFIED = "<title>市气象台发布消息</title>预计明天有小到中雨，请市民注意安全"
TRADITIONAL = "<title>市氣象臺發布消息</title>約翰‧史密斯：3～5日有雨，請市民注意安全"


def page(body: bytes, *content_types: str) -> HtmlResponse:
    return HtmlResponse(URL, body=body, headers={"Content-Type": list(content_types)} if content_types else None)


@pytest.mark.parametrize(
    ("response", "text", "charset"),
    [
        (page(SIMPLIFIED.encode(), "text/html; charset=utf-8"), SIMPLIFIED, Charset("utf-8", "header")),
        (page(SIMPLIFIED.encode("gbk"), "text/html; charset=utf-8"), SIMPLIFIED, Charset("gb18030", "detected")),
        (page(SIMPLIFIED.encode("gbk")), SIMPLIFIED, Charset("gb18030", "detected")),
        (
            page(SIMPLIFIED.encode("gbk"), "text/html; charset=utf-8", "text/html; charset=gbk"),
            SIMPLIFIED,
            Charset("gb18030", "header"),
        ),
        (page(TRADITIONAL.encode("cp950"), "text/html; charset=big5"), TRADITIONAL, Charset("big5hkscs", "header")),
        (page(BOM_UTF8 + SIMPLIFIED.encode()), SIMPLIFIED, Charset("utf-8", "bom")),
        (
            page(BOM_UTF8 + SIMPLIFIED.encode("gbk"), "text/html; charset=gbk"),
            SIMPLIFIED,
            Charset("gb18030", "header"),
        ),
        (page(("\ufeff" + SIMPLIFIED).encode("utf-16-le")), SIMPLIFIED, Charset("utf-16-le", "bom")),
        (
            XmlResponse(URL, body=f'<?xml version="1.0" encoding="gbk"?>{SIMPLIFIED}'.encode("gbk")),
            f'<?xml version="1.0" encoding="gbk"?>{SIMPLIFIED}',
            Charset("gb18030", "xml"),
        ),
        (page(b"\xd6\xd0\x80", "text/html; charset=gbk"), "中€", Charset("gb18030", "header")),
    ],
)
def test_a_page_is_read_as_what_it_is(response: TextResponse, text: str, charset: Charset) -> None:
    assert charset_of(response) == charset
    read = CharsetMiddleware().process_response(Request(URL), response)
    assert isinstance(read, type(response))
    assert read.text == text
    assert read.encoding == charset.codec
    assert charset_of(read).encoding == charset.encoding


def test_what_is_no_text_stays_as_it_came() -> None:
    picture = Response(URL, body=b"GIF89a")
    assert CharsetMiddleware().process_response(Request(URL), picture) is picture


def test_a_file_keeps_every_byte_though_it_is_text() -> None:
    file = TextResponse(URL, body=b"\xef\xbb\xbf" + SIMPLIFIED.encode("gbk"))
    assert CharsetMiddleware().process_response(Request(URL, cb_kwargs={"media": None}), file) is file


def test_headers_status_and_flags_stay() -> None:
    came = HtmlResponse(URL, status=404, headers={"X": "y"}, body=SIMPLIFIED.encode("gbk"), flags=["cached"])
    read = decoded(came)
    assert (read.status, read.headers["X"], read.flags, read.body) == (404, b"y", ["cached"], came.body)
