"""Files as they are read again: whole ones, cut ones, damaged ones, and those of other programs."""

from __future__ import annotations

import gzip
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from warcio.warcwriter import WARCWriter

from crawler.archive import Collection, Damage, Resolver, Served, read_warc
from crawler.archive.reading import is_payload, moment_of
from crawler.errors import UsageError
from tests.archive.making import NOW, OK, URL, Writer, exchange

if TYPE_CHECKING:
    from collections.abc import Iterable


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    made = Writer(tmp_path / "a-00001.warc.gz", isPartOf="a", site="demo")
    for number in range(3):
        made.add(exchange(b"page %d" % number * 200, f"{URL}&page={number}", number))
    return made


def told(found: Iterable[Served | Damage]) -> list[str]:
    return [one.body[:6].decode() if isinstance(one, Served) else one.words for one in found]


def test_what_was_written_is_read(writer: Writer) -> None:
    found = [one for one in read_warc(writer.path) if isinstance(one, Served)]
    assert [one.url for one in found] == [f"{URL}&page={number}" for number in range(3)]
    first = found[0]
    assert (first.status, first.body, first.moment) == (200, b"page 0" * 200, NOW)
    assert first.fields == ((b"Content-Type", b"text/html"),)
    assert first.info == {"isPartOf": "a", "site": "demo"}
    assert first.date == "2026-03-14T15:09:26Z"


def test_fields_keep_their_bytes(tmp_path: Path) -> None:
    writer = Writer(tmp_path / "b.warc.gz")
    writer.add(exchange(head=[*OK, b"X-A: \xff\xe4", b"x-a: 2", b"Transfer-Encoding: chunked"]))
    (found,) = read_warc(writer.path)
    assert isinstance(found, Served)
    assert found.fields[1:3] == ((b"X-A", b"\xff\xe4"), (b"x-a", b"2"))


def test_a_file_that_is_cut_anywhere_is_read_as_far_as_it_goes(writer: Writer) -> None:
    """At each byte of the last two records, and some before."""
    whole = writer.path.read_bytes()
    for length in [*range(0, writer.ends[-3], 97), *range(writer.ends[-2], len(whole))]:
        writer.path.write_bytes(whole[:length])
        found = list(read_warc(writer.path))
        served = [one for one in found if isinstance(one, Served)]
        assert len(served) == sum(end <= length for end in responses(whole))
        cut = [one for one in found if isinstance(one, Damage)]
        ends = [0, *members(whole)]
        assert [one.offset for one in cut] == ([] if length in ends else [max(end for end in ends if end < length)])
        assert all("cut off" in one.words for one in cut)


def members(data: bytes) -> list[int]:
    """Where each record of a file ends."""
    import zlib  # noqa: PLC0415

    ends, rest = [], data
    while rest:
        part = zlib.decompressobj(31)
        part.decompress(rest)
        rest = part.unused_data
        ends.append(len(data) - len(rest))
    return ends


def responses(data: bytes) -> list[int]:
    """Where each response of a file ends: behind the first record every other one is one."""
    return members(data)[1::2]


@pytest.mark.parametrize("where", [0.1, 0.5, 0.9])
def test_a_hole_takes_one_record(writer: Writer, where: float) -> None:
    data = bytearray(writer.path.read_bytes())
    begin, end = members(bytes(data))[2:4]
    place = begin + int((end - begin) * where)
    data[place : place + 3] = b"\0\0\0"
    writer.path.write_bytes(data)
    found = list(read_warc(writer.path))
    assert told(found)[::2] == ["page 0", "page 2"]
    (damage,) = (one for one in found if isinstance(one, Damage))
    assert (damage.offset, damage.words[:27]) == (begin, "no record can be read here ")


def test_another_payload_than_was_archived_is_told(tmp_path: Path, writer: Writer) -> None:
    parts = [gzip.decompress(part) for part in split(writer.path.read_bytes())]
    parts[3] = parts[3].replace(b"page 1", b"page X")
    path = tmp_path / "forged.warc.gz"
    path.write_bytes(b"".join(map(gzip.compress, parts)))
    found = told(read_warc(path))
    assert found[::2] == ["page 0", "page 2"]
    assert found[1] == f"the payload of {URL}&page=1 is not the one that was archived (its digest is another)"


def split(data: bytes) -> list[bytes]:
    ends = [0, *members(data)]
    return [data[begin:end] for begin, end in pairwise(ends)]


def test_a_file_that_is_not_packed(tmp_path: Path, writer: Writer) -> None:
    path = tmp_path / "plain.warc"
    plain = b"".join(map(gzip.decompress, split(writer.path.read_bytes())))
    path.write_bytes(plain)
    assert told(read_warc(path)) == ["page 0", "page 1", "page 2"]
    path.write_bytes(plain[:-1000])
    assert told(read_warc(path))[:2] == ["page 0", "page 1"]
    assert told(read_warc(path))[2].startswith("the record is cut off after")


def test_a_file_that_is_packed_as_a_whole_is_told(tmp_path: Path, writer: Writer) -> None:
    path = tmp_path / "whole.warc.gz"
    path.write_bytes(gzip.compress(b"".join(map(gzip.decompress, split(writer.path.read_bytes())))))
    assert told(read_warc(path)) == ["more than one record is packed here: pack them one by one (warcio recompress)"]


def test_a_file_of_another_program(tmp_path: Path) -> None:
    """Of WARC 1.0, with SHA-1, a date without a fraction, and records of other kinds between."""
    path = tmp_path / "other.warc.gz"
    out = BytesIO()
    other = WARCWriter(out, gzip=True)
    other.write_record(other.create_warcinfo_record("other.warc.gz", {"software": "other"}))
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page</p>"
    date = {"WARC-Date": "2020-01-02T03:04:05Z"}
    other.write_record(other.create_warc_record(URL, "response", BytesIO(http), len(http), warc_headers_dict=date))
    other.write_record(other.create_warc_record(URL, "metadata", BytesIO(b"a: b"), 4))
    path.write_bytes(out.getvalue())
    (found,) = read_warc(path)
    assert isinstance(found, Served)
    assert (found.url, found.status, found.body) == (URL, 200, b"<p>page</p>")
    assert found.digest.startswith("sha1:")
    assert found.moment.isoformat() == "2020-01-02T03:04:05+00:00"


@pytest.mark.parametrize("body", [b"3\r\n<p>\r\n8;a=b\r\npage</p>\r\n0\r\n\r\n", b"<p>page</p>"])
def test_chunks_of_another_program_are_taken_off(tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "other.warc.gz"
    http = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body
    with path.open("wb") as file:
        other = WARCWriter(file, gzip=True)
        other.write_record(other.create_warc_record(URL, "response", BytesIO(http), len(http)))
    (found,) = read_warc(path)
    assert isinstance(found, Served)
    assert found.body == b"<p>page</p>"


@pytest.mark.parametrize(
    ("told", "right"),
    [
        ("sha1:A6MHPCH3FKZE3HLJ3UTNOBPW2UYSA5DH", False),
        ("sha1:KRM3V2WBLT7YEYPWSCNTXOVTMD2HYPSZ", False),
        ("sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", True),
        ("SHA256:FTZE3OS7WCRQ4JXIHMVMLOPCTYNRMHS4D6TUEXTTAQZWFE4LTASA====", True),
        ("sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", True),
        ("unknown:abc", True),
        ("", True),
    ],
)
def test_digests_are_read_in_every_spelling(told: str, right: bool) -> None:
    assert is_payload(b"hello", told) is right


@pytest.mark.parametrize("date", ["", "yesterday", "2026-13-01T00:00:00Z"])
def test_a_date_that_is_none(date: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        moment_of(date)


@pytest.mark.parametrize("content", [b"<html>", b"PK\3\4"])
def test_what_is_no_archive_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"page\.html: no WARC file: give one that begins with WARC/"):
        list(read_warc(path))
    with pytest.raises(UsageError, match=r"none: No such file or directory: give a WARC file"):
        list(read_warc(Path("none")))


# --- what refers to another record ---


@pytest.fixture
def two(tmp_path: Path) -> tuple[Writer, Writer]:
    """Two runs; the second was served what the first was, and something else."""
    first, second = Writer(tmp_path / "a.warc.gz"), Writer(tmp_path / "b.warc.gz")
    first.add(exchange(b"page 0"))
    second.payloads = first.payloads
    second.add(exchange(b"page 0", after=60))
    second.add(exchange(b"page 1", after=90))
    return first, second


@pytest.mark.parametrize("turned", [False, True])
def test_a_payload_is_found_in_any_of_the_files(two: tuple[Writer, Writer], turned: bool) -> None:
    paths = [one.path for one in two]
    found = [one for _, one in Resolver(paths[::-1] if turned else paths).responses() if isinstance(one, Served)]
    assert sorted(one.body for one in found) == [b"page 0", b"page 0", b"page 1"]
    collection = Collection(paths)
    (entries,) = collection.entries.values()
    loaded = [one for entry in entries if (one := collection.load(entry))]
    assert [(one.body, one.moment) for one in loaded] == [
        (b"page 0", NOW),
        (b"page 0", entries[1].moment),
        (b"page 1", entries[2].moment),
    ]
    assert collection.damages == []


def test_a_payload_whose_file_is_not_given_is_told(two: tuple[Writer, Writer]) -> None:
    _, second = two
    words = f"{URL} refers to the record of {URL} of 2026-03-14T15:09:26.535Z, which none of the files has: give its"
    found = [one for _, one in Resolver([second.path]).responses()]
    assert isinstance(found[0], Damage)
    assert found[0].words.startswith(words)
    assert isinstance(found[1], Served)
    ((path, damage),) = Collection([second.path]).damages
    assert (path, damage.words[: len(words)]) == (second.path, words)
