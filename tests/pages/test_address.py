"""The address that a page prints of itself."""

from __future__ import annotations

import base64

import pytest

from crawler.pages.address import printed_address


def page(content: bytes) -> str:
    value = base64.b64encode(content).decode("ascii")
    return f"<script>var STYLEID = '1', REPORTURL = '{value}', DYNAMICURL = '';</script>"


def test_the_address_of_the_request_is_read() -> None:
    address = "http://www.example.com/portal.php?mod=view&aid=12&page=2"
    assert printed_address(page(address.encode())) == address


@pytest.mark.parametrize(
    "source",
    [
        "<html>no script</html>",
        "var REPORTURL = '', DYNAMICURL = '';",
        "var REPORTURL = 'aHR0c';",
        page(b"\xff\xfe"),
        page(b"javascript:alert(1)"),
    ],
    ids=["absent", "empty", "cut", "no text", "no address"],
)
def test_what_is_no_address_gives_none(source: str) -> None:
    assert printed_address(source) is None
