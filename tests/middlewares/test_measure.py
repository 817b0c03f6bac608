"""A page that cannot be read within reason is stopped before it is parsed."""

from __future__ import annotations

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.discuz.urls import Kind, Target
from crawler.middlewares.answers import BadAnswer
from crawler.middlewares.measure import MeasureMiddleware

URL = "http://site.example/portal.php?mod=view&aid=12"
PAGE = Request(URL, cb_kwargs={"target": Target(Kind.ARTICLE, 12)})
MEASURE = MeasureMiddleware()


def test_a_page_with_more_than_any_page_has() -> None:
    with pytest.raises(BadAnswer, match="a page of 60,000 tags, more than any has") as caught:
        MEASURE.process_response(PAGE, HtmlResponse(URL, body=b"<b>" * 60_000))
    assert caught.value.reason == "too_large"


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (PAGE, HtmlResponse(URL, body=b"<b>" * 20_000)),
        (PAGE, Response(URL, body=b"<b>" * 60_000)),
        (Request(URL), HtmlResponse(URL, body=b"<b>" * 60_000)),
    ],
)
def test_anything_else_is_given_on(request_: Request, response: Response) -> None:
    assert MEASURE.process_response(request_, response) is response
