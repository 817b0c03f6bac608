"""robots.txt over the days of a long crawl, and the delay that it asks for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from scrapy import Request, Spider, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.utils.test import get_crawler

from crawler import clock
from crawler.errors import ExitCode
from crawler.middlewares.manners import NotSent, host_refuses
from crawler.middlewares.pace import PacedDownloader
from crawler.middlewares.robots import RobotsTxtMiddleware

if TYPE_CHECKING:
    from collections.abc import Sequence

SITE = "http://www.example.com/"
OTHER = "http://other.example/"
PAGE = Request(f"{SITE}portal.php?mod=view&aid=1")
Said = bytes | int | Exception | Response
OPEN, CLOSED = b"User-agent: *\nDisallow:\n", b"User-agent: *\nDisallow: /\n"


class Engine:
    """Answers requests for robots.txt, one after another; the last answer stays."""

    def __init__(self, downloader: PacedDownloader, answers: Sequence[Said]) -> None:
        self.downloader = downloader
        self.answers = list(answers)
        self.asked: list[str] = []
        self.conditions: list[bytes | None] = []

    async def download_async(self, request: Request) -> Response:
        self.asked.append(request.url)
        self.conditions.append(request.headers.get("If-None-Match"))
        await asyncio.sleep(0)
        said = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(said, Exception):
            raise said
        if isinstance(said, int):
            return Response(request.url, status=said)
        return said if isinstance(said, Response) else Response(request.url, body=said)


class Robots:
    """The middleware, at a time and with a server of choice."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *answers: Said, delay: float = 1.0) -> None:
        settings: dict[str, Any] = {
            "DOWNLOAD_DELAY": delay,
            "DOWNLOAD_HANDLERS": dict.fromkeys(["data", "file", "ftp", "http", "https", "s3"]),
            "ROBOTSTXT_OBEY": True,
            "ROBOTSTXT_USER_AGENT": "discuz-crawler",
        }
        crawler: Any = get_crawler(Spider, settings)
        self.now = datetime(2026, 11, 24, tzinfo=UTC)
        monkeypatch.setattr(clock, "utc_now", lambda: self.now)
        self.engine = crawler.engine = Engine(PacedDownloader(crawler), answers)
        self.middleware = RobotsTxtMiddleware.from_crawler(crawler)
        self.refusals: list[tuple[str, ExitCode, str]] = []
        self.parsed = 0
        crawler.signals.connect(self.refuse, signal=host_refuses)
        crawler.signals.connect(self.parse, signal=signals.robots_parsed)

    def refuse(self, url: str, code: ExitCode, words: str) -> None:
        self.refusals.append((url, code, words))

    def parse(self) -> None:
        self.parsed += 1

    async def read(self, request: Request = PAGE) -> str:
        try:
            await self.middleware.process_request(request)
        except NotSent as error:
            return error.reason
        except IgnoreRequest:
            return "forbidden"
        return "read"

    def after(self, **time: float) -> str:
        self.now += timedelta(**time)
        return asyncio.run(self.read())


def test_it_is_read_again_every_day(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, OPEN, CLOSED)
    assert [robots.after(hours=hours) for hours in (0, 12, 11.9, 0.2)] == ["read", "read", "read", "forbidden"]
    assert len(robots.engine.asked) == robots.parsed == 2


def test_it_is_read_again_only_if_it_has_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    url, tag = f"{SITE}robots.txt", {"ETag": '"1a"'}
    slow = Response(url, body=b"User-agent: *\nDisallow:\nCrawl-delay: 7\n", headers=tag)
    robots = Robots(monkeypatch, slow, 304, 503, 304, Response(url, body=CLOSED), 304)
    found = [robots.after(minutes=minutes) for minutes in (0, 24 * 60 + 1, 24 * 60 + 1, 11, 24 * 60 + 1)]
    assert found == ["read", "read", "read", "read", "forbidden"]
    assert robots.engine.conditions == [None, b'"1a"', b'"1a"', b'"1a"', b'"1a"']
    assert robots.after(days=2) == "read", "nobody asked for what has not changed: it is as if there were none"
    assert robots.engine.conditions[5:] == [None]


def test_what_a_redirect_leads_to_is_read_in_full(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, Response(f"{OTHER}robots.txt", body=OPEN, headers={"ETag": '"1a"'}))
    assert [robots.after(days=days) for days in (0, 2)] == ["read", "read"]
    assert robots.engine.conditions == [None, None]


def test_rules_stand_while_new_ones_are_not_to_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, OPEN, 503, OSError("no route"), CLOSED)
    found = [robots.after(minutes=minutes) for minutes in (0, 24 * 60 + 1, 5, 6, 11)]
    assert found == ["read", "read", "read", "read", "forbidden"]
    assert len(robots.engine.asked) == 4
    assert robots.refusals == []


def test_a_clock_that_is_set_back_is_no_reason_to_trust_old_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, OPEN, CLOSED)
    assert [robots.after(days=days) for days in (0, -400)] == ["read", "forbidden"]


def test_what_was_not_to_be_had_is_tried_again_later(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, 500, OPEN)
    found = [robots.after(minutes=minutes) for minutes in (0, 9, 2)]
    assert found == ["robots_unreachable", "robots_unreachable", "read"]
    [(url, code, words)] = set(robots.refusals)
    assert (url, code) == (PAGE.url, ExitCode.UNREACHABLE)
    assert words.startswith(f"{SITE}robots.txt is not to be had (HTTP 500)")


def test_many_requests_wait_for_one_robots_txt(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, OPEN)

    async def at_once() -> list[str]:
        return await asyncio.gather(*(robots.read() for _ in range(20)))

    assert asyncio.run(at_once()) == ["read"] * 20
    assert robots.engine.asked == [f"{SITE}robots.txt"]


def test_every_host_and_scheme_has_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, OPEN)
    for url in (SITE, OTHER, "https://www.example.com/a", "http://www.example.com:8080/"):
        assert asyncio.run(robots.read(Request(url))) == "read"
    assert [url.removesuffix("/robots.txt") for url in robots.engine.asked] == [
        "http://www.example.com",
        "http://other.example",
        "https://www.example.com",
        "http://www.example.com:8080",
    ]


def test_a_certificate_that_nobody_vouches_for_is_the_requests_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, OSError("certificate verify failed"))
    with pytest.raises(OSError, match="certificate"):
        robots.after()


@pytest.mark.parametrize(
    ("asked", "delay", "floor"),
    [
        ("Crawl-delay: 10", 1.0, 10.0),
        ("Crawl-delay: 0.5", 1.0, 1.0),
        ("Crawl-delay: 60", 1.0, 60.0),
        ("Crawl-delay: 120", 120.0, 120.0),
        ("Crawl-delay: 90", 120.0, 120.0),
        ("Crawl-delay: 2.5", 0.0, 2.5),
        ("Crawl-delay: -1", 1.0, 1.0),
        ("Crawl-delay: soon", 1.0, 1.0),
        ("Crawl-delay: nan", 1.0, 1.0),
        ("Crawl-delay: inf", 1.0, 1.0),
        ("User-agent: discuz-crawler\nCrawl-delay: 7", 1.0, 7.0),
        ("Disallow: /x\nUser-agent: bingbot\nCrawl-delay: 7", 1.0, 1.0),
    ],
)
def test_no_delay_is_shorter_than_it_asks_for(
    monkeypatch: pytest.MonkeyPatch, asked: str, delay: float, floor: float
) -> None:
    robots = Robots(monkeypatch, f"User-agent: *\n{asked}\n".encode(), delay=delay)
    assert robots.after() == "read"
    downloader = robots.engine.downloader
    assert downloader.floor("www.example.com") == floor

    async def throttled() -> float:
        _, slot = downloader._get_slot(PAGE)
        slot.delay = 0.0  # as AutoThrottle may set it
        downloader.close()
        return slot.download_delay()

    assert asyncio.run(throttled()) == floor
    assert downloader.floor("other.example") == delay


def test_what_pages_show_ends_no_run(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, OSError("connection refused"))
    picture = Request(f"{SITE}a.png", cb_kwargs={"media": None})
    assert asyncio.run(robots.read(picture)) == "robots_unreachable"
    assert robots.refusals == []
    assert asyncio.run(robots.read()) == "robots_unreachable"
    assert [url for url, _, _ in robots.refusals] == [PAGE.url], "a page does, whatever was asked for first"
    assert len(robots.engine.asked) == 1


def test_what_another_port_asks_for_does_not_hasten_a_host(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, b"User-agent: *\nCrawl-delay: 10\n", OPEN)
    assert robots.after() == "read"
    assert asyncio.run(robots.read(Request("https://www.example.com/a.png"))) == "read"
    assert robots.engine.downloader.floor("www.example.com") == 10.0


@pytest.mark.parametrize(
    ("seconds", "mend"), [("61", "say delay = 61 in the site's profile"), ("86400", "nobody waits for so long")]
)
def test_a_delay_of_more_than_a_minute_is_refused(monkeypatch: pytest.MonkeyPatch, seconds: str, mend: str) -> None:
    robots = Robots(monkeypatch, f"User-agent: *\nCrawl-delay: {seconds}\n".encode())
    assert robots.after() == "crawl_delay"
    [(_, code, words)] = robots.refusals
    assert code is ExitCode.WALL
    assert f"asks for {seconds} s between two requests" in words
    assert mend in words


def test_a_delay_that_is_taken_back_is(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = Robots(monkeypatch, b"User-agent: *\nCrawl-delay: 10\n", OPEN)
    robots.after()
    robots.after(days=2)
    assert robots.engine.downloader.floor("www.example.com") == 1.0
