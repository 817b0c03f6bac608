"""What of a response is worth remembering to ask whether a page has changed."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.http import Headers

from crawler import clock
from crawler.middlewares.conditional import headers_for, validators_in

SENT = "Mon, 23 Nov 2026 10:00:00 GMT"
EARLIER = "Mon, 23 Nov 2026 09:59:58 GMT"


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({}, {}),
        ({"ETag": '"5f3a-1c2"'}, {"etag": '"5f3a-1c2"'}),
        ({"ETag": ' W/"5f3a" '}, {"etag": 'W/"5f3a"'}),
        ({"ETag": '"a"', "Last-Modified": EARLIER, "Date": SENT}, {"etag": '"a"'}),
        ({"Last-Modified": EARLIER, "Date": SENT}, {"modified": EARLIER}),
        ({"ETag": "none", "Last-Modified": EARLIER, "Date": SENT}, {"modified": EARLIER}),
        ({"ETag": '"a\r\nX: 1"'}, {}),
        ({"ETag": '"新"'}, {}),
        ({"ETag": f'"{"a" * 201}"'}, {}),
        # Written a second before it was sent: it may be written again within that second.
        ({"Last-Modified": "Mon, 23 Nov 2026 09:59:59 GMT", "Date": SENT}, {}),
        ({"Last-Modified": "Mon, 23 Nov 2026 11:00:00 GMT", "Date": SENT}, {}),
        ({"Last-Modified": "Mon, 23 Nov 2026 11:59:57 GMT"}, {"modified": "Mon, 23 Nov 2026 11:59:57 GMT"}),
        ({"Last-Modified": "yesterday", "Date": SENT}, {}),
        ({"Last-Modified": "0"}, {}),
    ],
)
def test_what_a_response_says(headers: dict[str, str], found: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "utc_now", lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert validators_in(Headers(headers)) == found


def test_what_is_asked() -> None:
    assert headers_for({"etag": '"a"'}) == {"If-None-Match": '"a"'}
    assert headers_for({"modified": EARLIER}) == {"If-Modified-Since": EARLIER}
    assert headers_for({}) == {}
