"""A head that is longer than any head is given up, however it is made long."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from twisted.internet.testing import StringTransport
from twisted.web.iweb import IResponse

from crawler.middlewares.answers import BadAnswer
from crawler.middlewares.heads import LONGEST, _Parser

OK = b"HTTP/1.1 200 OK\r\n"
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


def parsed(answer: bytes) -> list[IResponse]:
    """The responses that are made of an answer."""
    found: list[IResponse] = []
    parser = _Parser(SimpleNamespace(method=b"GET"), lambda rest: None)  # type: ignore[no-untyped-call]
    parser._responseDeferred.addCallback(found.append)
    parser.makeConnection(StringTransport())  # type: ignore[no-untyped-call]
    for start in range(0, len(answer), 1000):  # as they come from the network
        parser.dataReceived(answer[start : start + 1000])  # type: ignore[no-untyped-call]
    return found


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"A: b\r\n" * (LONGEST // 7) + b"\r\n",
        OK + b"A: b\r\n" + b" c\r\n" * (LONGEST // 5) + b"\r\n",
        INTERIM * (LONGEST // len(INTERIM)) + OK + b"\r\n",
        OK + b"A: " + b"b" * 16_000 + b"\r\n\r\n",
    ],
)
def test_a_long_head_is_read(answer: bytes) -> None:
    assert len(parsed(answer)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        OK + b"A: b\r\n" * (LONGEST // 5),
        OK + b"A: b\r\n" + b" c\r\n" * (LONGEST // 3),
        INTERIM * (LONGEST // 30),
        OK + b"A: " + b"b" * 20_000,
        b"\0" * 20_000,
    ],
)
def test_one_that_is_longer_than_any_is_given_up(answer: bytes) -> None:
    with pytest.raises(BadAnswer, match="a head") as caught:
        parsed(answer)
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize("before", [b"", INTERIM, INTERIM * 2])
def test_a_head_is_kept_as_it_came(before: bytes) -> None:
    (response,) = parsed(
        before + b"HTTP/1.0 200 \xb3\xc9\r\nx-B: 1\nX-A:  \xff\r\n folded\r\nX-b: 2\r\n\r\nbody: no\r\n"
    )
    lines = [b"HTTP/1.0 200 \xb3\xc9", b"x-B: 1", b"X-A:  \xff", b" folded", b"X-b: 2"]
    assert getattr(response, "lines") == lines  # noqa: B009  (the interface does not know of it)
