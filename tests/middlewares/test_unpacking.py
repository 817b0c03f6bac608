"""A body is unpacked whole or not at all."""

from __future__ import annotations

import gzip
import zlib
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import HtmlResponse, Response
from scrapy.utils._compression import zstd  # type: ignore[attr-defined]  # the one for this Python
from scrapy.utils.test import get_crawler

from crawler.middlewares.answers import BadAnswer
from crawler.middlewares.compression import UnpackingMiddleware
from crawler.middlewares.unpacking import MOST_PARTS, MOST_TIMES, unpack
from tests.faulty.encodings import PACK, raw_deflate

PAGE = "<html><title>荷塘街道</title><p>工人们正在现场忙碌</p></html>".encode() * 20
LIMIT = 10_000


def reason(body: bytes, *names: str, limit: int = LIMIT) -> str:
    """Why a body cannot be unpacked."""
    with pytest.raises(BadAnswer) as caught:
        unpack(body, names, limit)
    return caught.value.reason


gzipped = partial(gzip.compress, mtime=0)
"""The same bytes at any moment: they are in the names of tests."""


@pytest.mark.parametrize("name", PACK)
@given(page=st.binary(max_size=2000))
def test_a_body_is_what_was_packed(name: str, page: bytes) -> None:
    assert unpack(PACK[name](page), [name], LIMIT) == page


@pytest.mark.parametrize("name", PACK)
def test_a_beginning_is_never_taken_for_all_of_it(name: str) -> None:
    body = PACK[name](PAGE)
    spare = 8 if name == "gzip" else 0  # without its checksum and length it is whole all the same
    for end in range(1, len(body) - spare):
        assert reason(body[:end], name) == "broken_encoding", end
    for end in range(len(body) - spare, len(body)):
        assert unpack(body[:end], [name], LIMIT) == PAGE


@pytest.mark.parametrize("name", PACK)
def test_a_page_may_be_as_large_as_the_limit(name: str) -> None:
    body = PACK[name](PAGE)
    assert unpack(body, [name], len(PAGE)) == PAGE
    assert reason(body, name, limit=len(PAGE) - 1) == "too_large"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (raw_deflate(PAGE), ["deflate"]),
        (gzipped(PAGE[:70]) + gzipped(PAGE[70:]), ["gzip"]),
        (gzipped(PAGE) + b"\0" * 500, ["x-gzip"]),
        (PACK["zstd"](PAGE[:70]) + PACK["zstd"](PAGE[70:]), ["zstd"]),
        (PACK["br"](zlib.compress(PAGE)), ["deflate", "br"]),
        (PAGE, []),
    ],
)
def test_what_is_odd_and_whole(body: bytes, names: list[str]) -> None:
    assert unpack(body, names, LIMIT) == PAGE


@pytest.mark.parametrize(
    ("body", "names", "why"),
    [
        (gzipped(b"") * (MOST_PARTS + 1), ["gzip"], "broken_encoding"),
        (PACK["zstd"](b"") * (MOST_PARTS + 1), ["zstd"], "broken_encoding"),
        (gzipped(bytes(6000)) * 2, ["gzip"], "too_large"),
        (PACK["zstd"](bytes(6000)) * 2, ["zstd"], "too_large"),
        (gzipped(gzipped(bytes(10**6))), ["gzip", "gzip"], "too_large"),
        (b"", ["gzip"], "broken_encoding"),
        (PAGE, ["gzip"] * (MOST_TIMES + 1), "broken_encoding"),
    ],
)
def test_what_no_page_is(body: bytes, names: list[str], why: str) -> None:
    assert reason(body, *names) == why


def test_a_window_that_would_fill_the_memory_is_not_opened() -> None:
    packer = zstd.ZstdCompressor(options={zstd.CompressionParameter.window_log: 27})
    assert reason(packer.compress(PAGE) + packer.flush(), "zstd") == "broken_encoding"


# --- the middleware ---


def came(body: bytes, *encodings: str) -> Response:
    """What is made of an answer."""
    headers = {"Content-Type": "text/html", "Content-Encoding": list(encodings)}
    response = Response("http://site.example/portal.php", headers=headers, body=body)
    return UnpackingMiddleware.from_crawler(get_crawler()).process_response(Request(response.url), response)


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (gzipped(PAGE), ["gzip"]),
        (gzipped(PAGE), ["GZip "]),
        (PACK["br"](gzipped(PAGE)), ["gzip", "br"]),
        (PACK["br"](gzipped(PAGE)), ["gzip, br"]),
        (PAGE, ["identity"]),
        (PAGE, ["utf-8"]),
        (PAGE, [""]),
    ],
)
def test_an_answer_is_text_once_it_is_unpacked(body: bytes, encodings: list[str]) -> None:
    response = came(body, *encodings)
    assert isinstance(response, HtmlResponse)
    assert (response.body, response.headers.get("Content-Encoding")) == (PAGE, None)


def test_an_encoding_that_nobody_knows() -> None:
    with pytest.raises(BadAnswer, match="x-snappy") as caught:
        came(gzipped(PAGE), "x-snappy")
    assert caught.value.reason == "unknown_encoding"


def test_an_answer_without_a_body_has_nothing_to_unpack() -> None:
    assert came(b"", "gzip").body == b""
