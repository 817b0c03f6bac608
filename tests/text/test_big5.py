"""Big5 as browsers read it."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.text import big5


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xa4\xa4\xa4\xe5", "中文"),
        (b"3\xa1\xe35\xa4\xe9", "3～5日"),
        (b"\xac\xf9\xbf\xab\xa1\x45\xa5v", "約翰‧史"),
        (b"\xa3\xe1\xa2\x44", "€￥"),
        (b"\xa1\xfe", "／"),
        (b"\x8e\xcd\xfd\xbb\xfb\x48", "者港嘅"),
        (b"\x87\x7a\x87\xa1\x87\xdf", "㡵𥣞鿋"),
        (b"\x88\x62\xc6\xa1\xf9\xd6", "Ê̄①碁"),
        (b"\xa3\xc0\xa3\xe0", "␀␡"),
        (b"<b>abc</b>", "<b>abc</b>"),
        (b"", ""),
    ],
)
def test_what_is_read(data: bytes, text: str) -> None:
    assert data.decode(big5.NAME) == text


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xa4\xa4\xff\xa4\xe5", "中\ufffd文"),
        (b"\xa4\xa4\x80\xa4\xe5", "中\ufffd文"),
        (b"\xa4\xa4\xa4\x90\xa4\xe5", "中\ufffd文"),  # in the middle of it, others would find 90a4 and go on so
        (b"\xa4\xa4\x81\xa1\xa4\xe5", "中\ufffd文"),
        (b"\xa4\xa4\xa4\xff\xa4\xe5", "中\ufffd文"),
        (b"\xa4</p>", "\ufffd</p>"),
        (b'\xa4">', '\ufffd">'),
        (b"\x81@", "\ufffd@"),
        (b"\xa4\xa4\xa4", "中\ufffd"),
    ],
)
def test_bad_bytes_cost_one_character(data: bytes, text: str) -> None:
    assert data.decode(big5.NAME, "replace") == text
    with pytest.raises(UnicodeDecodeError):
        data.decode(big5.NAME)


def test_it_can_be_looked_up_and_written() -> None:
    assert codecs.lookup(big5.NAME).name == big5.NAME
    assert "中文".encode(big5.NAME) == b"\xa4\xa4\xa4\xe5"
    with pytest.raises(LookupError):
        codecs.lookup("big5-other")


@given(st.binary(max_size=40))
def test_anything_can_be_read(data: bytes) -> None:
    text = data.decode(big5.NAME, "replace")
    assert [c for c in text if c in '<>&"'] == [chr(b) for b in data if b in b'<>&"']
