"""Records as a second reader finds them."""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

import pytest

from tests.archive.making import NOW, OK, URL, Writer, exchange
from tests.warcs import entries

if TYPE_CHECKING:
    from pathlib import Path

    from tests.warcs import Entry


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    return Writer(tmp_path / "a-00001.warc.gz", software="discuz-crawler/1", nothing="", folded="a\r\nb")


def only(writer: Writer) -> Entry:
    """The one response of a file."""
    _, served, asked = entries(writer.path)
    assert (served.kind, asked.kind) == ("response", "request")
    return served


def test_a_file_begins_with_who_wrote_it(writer: Writer) -> None:
    (info,) = entries(writer.path)
    assert info.body == b"software: discuz-crawler/1\r\nfolded: a b\r\n"
    assert info.headers["Content-Type"] == "application/warc-fields"
    assert info.headers["WARC-Date"] == "2026-03-14T15:09:26.535Z"


def test_a_response_and_what_it_answers(writer: Writer) -> None:
    writer.add(exchange(ip="2001:db8::1", asked=[(b"User-Agent", b"me"), (b"Cookie", b"a=s3cret")], via="browser"))
    _, served, asked = entries(writer.path)
    assert (served.url, served.status, served.body) == (URL, 200, b"<p>page</p>")
    assert served.headers["WARC-IP-Address"] == "2001:db8::1"
    assert served.headers["X-Crawler-Via"] == "browser"
    assert served.headers["Content-Type"] == "application/http; msgtype=response"
    assert asked.headers["Content-Type"] == "application/http; msgtype=request"
    assert asked.headers["WARC-Concurrent-To"] == served.headers["WARC-Record-ID"]
    assert asked.headers["WARC-Date"] == served.headers["WARC-Date"]
    assert asked.head == b"GET /portal.php?mod=view&aid=5 HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: me\r\n\r\n"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\r\n\r\n",
        b"WARC/1.1\r\n\r\n",
        gzip.compress(b"<p>page</p>" * 100),
        bytes(range(256)),
        random.Random(1).randbytes(10_000_000),
    ],
    ids=["empty", "lines", "warc", "packed", "bytes", "large"],
)
@pytest.mark.parametrize("encoding", [b"gzip", b"br", b""])
def test_a_body_is_archived_as_it_came(writer: Writer, body: bytes, encoding: bytes) -> None:
    head = (*OK, *([b"Content-Encoding: " + encoding] if encoding else []), b"Content-Length: %d" % len(body))
    writer.add(exchange(body, head=head))
    served = only(writer)
    assert served.body == body
    assert served.head == b"\r\n".join([*head, b"", b""])


@pytest.mark.parametrize("status", [b"204 No Content", b"304 Not Modified"])
def test_an_answer_without_a_body(writer: Writer, status: bytes) -> None:
    writer.add(exchange(b"", head=[b"HTTP/1.1 " + status, b'ETag: "a"']))
    assert only(writer).head == b"HTTP/1.1 " + status + b'\r\nETag: "a"\r\n\r\n'


def test_fields_keep_their_order_their_case_and_their_bytes(writer: Writer) -> None:
    head = [b"HTTP/1.1 200 \xb3\xc9", b"x-b: 1", b"X-A: \xff\xe4", b"X-B: 2", b"x-b: 1"]
    writer.add(exchange(head=head))
    assert only(writer).head == b"\r\n".join([*head, b"", b""])


@pytest.mark.parametrize("url", ["http://[::1]:8080/a?b=c", "http://127.0.0.1:8080/%E6%96%B0/", "https://a.example/"])
def test_an_address_is_archived_as_it_was_asked_for(writer: Writer, url: str) -> None:
    writer.add(exchange(url=url))
    assert only(writer).url == url


def test_what_was_seen_before_is_referred_to(writer: Writer) -> None:
    writer.add(exchange())
    writer.add(exchange(url=f"{URL}&page=1", after=60, head=[*OK, b"X-Time: 2"]))
    writer.add(exchange(b"another", after=90))
    _, first, _, again, asked, other, _ = entries(writer.path)
    assert [one.kind for one in (first, again, asked, other)] == ["response", "revisit", "request", "response"]
    assert again.url == f"{URL}&page=1"
    assert (again.head, again.body) == (b"\r\n".join([*OK, b"X-Time: 2", b"", b""]), b"")
    assert again.headers["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")
    assert again.headers["WARC-Refers-To-Target-URI"] == first.url
    assert again.headers["WARC-Refers-To-Date"] == first.headers["WARC-Date"]
    assert again.headers["WARC-Payload-Digest"] == first.headers["WARC-Payload-Digest"]


def test_no_body_refers_to_none(writer: Writer) -> None:
    writer.add(exchange(b""))
    writer.add(exchange(b""))
    assert [one.kind for one in entries(writer.path)[1::2]] == ["response", "response"]


def test_dates_have_milliseconds() -> None:
    from crawler.archive.writing import date_of  # noqa: PLC0415  (not for others)

    assert date_of(NOW) == "2026-03-14T15:09:26.535Z"
