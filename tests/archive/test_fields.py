"""Heads as they are archived: in order and to the byte, but for secrets and for what tells of chunks."""

from __future__ import annotations

import pytest

from crawler.archive import address, asked_head, served_head


def head(*lines: bytes) -> bytes:
    return b"\r\n".join([*lines, b"", b""])


@pytest.mark.parametrize(
    "lines",
    [
        [b"HTTP/1.1 200 OK"],
        [b"HTTP/1.0 404 Nicht gefunden", b"b: 2", b"a: 1", b"B: 3", b"a:4"],
        [b"HTTP/1.1 200 \xb3\xc9\xb9\xa6", b"X-Name: \xff\xfe\x00", b"Content-Length: 12"],
        [b"HTTP/1.1 200 OK", b"X-Folded: one,", b"\ttwo", b"  three", b"Empty:"],
        [b"HTTP/1.1 304", b"Content-Length: 9000", b"Content-Encoding: gzip"],
    ],
)
def test_a_head_is_archived_as_it_came(lines: list[bytes]) -> None:
    assert served_head(lines) == head(*lines)


def test_what_tells_of_chunks_is_renamed() -> None:
    lines = [b"HTTP/1.1 200 OK", b"transfer-encoding: chunked", b"Content-Length: 5", b"A: b"]
    renamed = [b"X-Archive-Orig-transfer-encoding: chunked", b"X-Archive-Orig-Content-Length: 5"]
    assert served_head(lines) == head(lines[0], *renamed, lines[3])


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        (b"Set-Cookie: Abcd_auth=s3cret; path=/; HttpOnly", b"Set-Cookie: Abcd_auth=withheld; path=/; HttpOnly"),
        (b"set-cookie:a=s3cret", b"set-cookie: a=withheld"),
        (b"Set-Cookie: s3cret", b"Set-Cookie: withheld"),
        (b"Set-Cookie: a=s3cret=s3cret;secure", b"Set-Cookie: a=withheld;secure"),
        (b"SET-COOKIE2: a=s3cret", b"SET-COOKIE2: a=withheld"),
        (b"Set-Cookie: a=b\r\n s3cret; path=/", b"Set-Cookie: a=withheld; path=/"),
    ],
)
def test_what_a_cookie_holds_is_withheld(field: bytes, kept: bytes) -> None:
    found = served_head([b"HTTP/1.1 200 OK", *field.split(b"\r\n"), b"A: b"])
    assert found == head(b"HTTP/1.1 200 OK", kept, b"A: b")


def test_of_a_request_only_harmless_fields_are_kept() -> None:
    sent = [
        (b"Cookie", b"auth=s3cret"),
        (b"Authorization", b"Basic s3cret"),
        (b"Proxy-Authorization", b"Basic s3cret"),
        (b"X-Api-Key", b"s3cret"),
        (b"user-agent", b"discuz-crawler"),
        (b"If-None-Match", b'"a"'),
    ]
    found = asked_head("GET", "https://me:s3cret@[2001:db8::1]:8443/portal.php?aid=5#s3cret", sent)
    assert found == head(
        b"GET /portal.php?aid=5 HTTP/1.1",
        b"Host: [2001:db8::1]:8443",
        b"User-Agent: discuz-crawler",
        b'If-None-Match: "a"',
    )


@pytest.mark.parametrize(
    ("url", "host"),
    [("http://a.example", "a.example"), ("https://a.example:443/", "a.example"), ("http://[::1]/", "[::1]")],
)
def test_a_standard_port_is_not_named(url: str, host: str) -> None:
    assert asked_head("GET", url, []) == head(b"GET / HTTP/1.1", b"Host: " + host.encode())


def test_an_address_names_no_person() -> None:
    assert address("http://me:secret@a.example/b?c=d#e") == "http://a.example/b?c=d"
