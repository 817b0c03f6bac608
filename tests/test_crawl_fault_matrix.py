"""The fault matrix: what servers and pages do that they should not, and what becomes of it in whole crawls.

Each case is one row of a table: a name, a fault (`tests.faulty`), and what is told of it. Cases of a kind share a
crawl, each at an article of its own; every case holds the whole of that crawl against what must be so, whatever the
fault: the exit code, the files, the records of all other articles, the time.

Elsewhere, at the level of whole crawls, too: robots.txt in 67 forms (`tests.test_crawl_robots`), certificates
(`tests.test_crawl_tls`), hosts that ask for hours (`tests.test_crawl_manners`), addresses that must not be connected to
(`tests.test_crawl_safety`), full disks (`tests.test_crawl_full`), bombs (`tests.test_crawl_bombs`).
"""

from __future__ import annotations

import shutil
import socket
from threading import Thread
from time import sleep
from typing import TYPE_CHECKING, Any

import pytest

from tests.crawling import ROOT, differences
from tests.faulty import encodings, feeds, pages, statuses, traps, wire
from tests.faulty.crawls import (
    CONTROLS,
    Came,
    Case,
    Site,
    crawl,
    failing,
    moving,
    path_of,
    plain,
    reading,
    served,
)
from tests.faulty.traps import Trap
from tests.servers import Server, answer, redirect, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.conftest import StartPortal
    from tests.faulty.crawls import Record
    from tests.faulty.wire import Fault
    from tests.killing import Crawls
    from tests.servers import Asked

ARTICLES = 200
WIDE = {"CONCURRENT_REQUESTS_PER_DOMAIN": "60", "CONCURRENT_REQUESTS": "60"}
"""Requests under way at once: those that wait, wait together."""

# --- the tables -----------------------------------------------------------------------------------------------------

ON_THE_WIRE: dict[str, Case] = {
    **failing(wire.LOST, "connection_lost"),
    **failing(wire.CUT, "cut_off"),
    **failing(wire.SLOW, "timeout"),
    **failing(wire.ENDLESS, "too_large"),
    **failing(wire.LONG_HEADS, "too_large"),
    **failing(wire.NO_HTTP, "no_http"),
    **reading(wire.READ),
    **failing(statuses.NOWHERE, "bad_redirect"),
    **failing(statuses.PRIVATE, "refused_address"),
    **failing(statuses.LOOPS, "too_many_redirects"),
    **{name: Case(fault, reason) for name, (fault, reason) in statuses.NO_PAGE.items()},
    **moving(statuses.MOVED),
}
"""What connections and heads do: in a crawl that waits five seconds for an answer."""

BODY = ("article_body", "article_body_html")
TITLE = ("headline", "keywords")  # meta keywords that are merely the title are none


def ends_with_sound(name: str) -> Callable[[Record, Record], bool]:
    """Whatever was put before it, the rest of a field is there."""
    return lambda record, sound: record[name].endswith(sound[name])


def without_entities(record: Record, sound: Record) -> bool:
    """The rest of the text is there, and nothing of what an entity would bring."""
    body = record["article_body"]
    return body.endswith(sound["article_body"]) and len(body) < len(sound["article_body"]) + 20 and "root:" not in body


IN_PAGES: dict[str, Case] = {
    **reading(encodings.READ),
    **failing(encodings.BROKEN, "broken_encoding"),
    **failing(encodings.UNKNOWN, "unknown_encoding"),
    **reading(pages.CHARSETS_TOLD_WRONG, "provenance"),
    **failing(pages.CHARSETS_LOST, "not_discuz"),
    **reading(pages.BYTES_IN_TITLES, *TITLE, holds=ends_with_sound("headline")),
    **reading(pages.BYTES_IN_TEXTS, *BODY, holds=ends_with_sound("article_body")),
    **reading(pages.CHARACTERS, *TITLE, *BODY, holds=ends_with_sound("headline")),
    **reading(pages.ENTITIES, *TITLE, *BODY, "site", holds=without_entities),
    **failing(pages.DEEP, "too_large"),
    **failing(pages.TOO_LARGE, "too_large"),
    **reading(pages.DEEP_AND_READ, "article_body_html"),
    **reading(pages.LARGE, "article_body_html"),
    **reading(
        pages.LONG_PATHS,
        "breadcrumbs",
        "discuz",
        "article_section",
        holds=lambda record, sound: not record["breadcrumbs"],
    ),
    **reading(
        pages.NO_DATES,
        *("date_published", "date_precision", "date_published_raw"),
        holds=lambda record, sound: record["date_published"] is None,
    ),
    **reading(pages.FAR_DATES, "date_published", "date_published_raw"),
    **reading(pages.NO_VIEWS, holds=lambda record, sound: record["view_count"] is None),
    **reading(
        pages.NO_COMMENT_COUNT,
        *("comment_count", "comments", "comments_complete"),
        holds=lambda record, sound: record["comment_count"] is None,
    ),
    **failing(pages.NUMBERS, "other_article"),
    **reading(pages.TYPES, "provenance"),
    **{name: Case(fault, reason) for name, (fault, reason) in pages.OTHERS.items()},
}
"""What is packed, written and said in pages."""


# --- the portal -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def site(start_portal: StartPortal) -> Iterator[Site]:
    """One with an article for each case."""
    with served(start_portal(articles=ARTICLES)) as made:
        yield made


@pytest.fixture(scope="module")
def small(start_portal: StartPortal) -> Iterator[Site]:
    """One that is quickly read."""
    with served(start_portal(articles=60)) as made:
        yield made


@pytest.fixture(autouse=True)
def nothing_elsewhere() -> Iterator[None]:
    before = set(ROOT.iterdir())
    yield
    assert set(ROOT.iterdir()) - before <= {ROOT / ".hypothesis"}


# --- on the wire ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wired(site: Site, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Came:
    """A whole portal of which half the articles are befallen; it answers soundly afterwards."""
    at = site.befall(ON_THE_WIRE)
    came = site.crawl(killing, tmp_path_factory.mktemp("wire"), "backfill", {"DOWNLOAD_TIMEOUT": "5", **WIDE})
    site.table.clear()
    came.truth, came.at = site.truth, at
    return came


@pytest.mark.parametrize("name", ON_THE_WIRE)
def test_on_the_wire(wired: Came, name: str) -> None:
    wired.assert_sound()
    wired.assert_is(name, ON_THE_WIRE[name])


def test_what_failed_is_there_once_the_site_is_sound(
    wired: Came, site: Site, killing: Crawls, tmp_path_factory: pytest.TempPathFactory
) -> None:
    wired.assert_sound()
    data = tmp_path_factory.mktemp("mended") / "data"
    shutil.copytree(wired.data, data)
    ended = killing.run("backfill", data, site.server.url, ahead=700)
    mended = Came(ended, data, wired.name, site.truth)
    mended.at = {name: wired.at[name] for name in statuses.MOVED}
    mended.assert_sound()
    assert not [key for key in mended.reasons if key.startswith("article/")]


# --- in pages -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def read(site: Site, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Came:
    """The same portal, of which other articles are befallen; nobody keeps it waiting."""
    at = site.befall(IN_PAGES)
    came = site.crawl(killing, tmp_path_factory.mktemp("pages"), "backfill")
    site.table.clear()
    came.truth, came.at = site.truth, at
    return came


@pytest.mark.parametrize("name", IN_PAGES)
def test_in_a_page(read: Came, name: str) -> None:
    read.assert_sound()
    read.assert_is(name, IN_PAGES[name])


def test_no_entity_is_fetched(read: Came) -> None:
    assert not [path for path in read.asked if "entity" in path]


def test_no_record_holds_a_control_character(read: Came) -> None:
    for path in read.folder.glob("articles/*"):
        assert not CONTROLS.search(path.read_text(encoding="utf-8"))


# --- where a crawl begins -------------------------------------------------------------------------------------------

HOME = "/portal.php"
ROBOTS = "/robots.txt"

AT_HOME: dict[str, tuple[str, Fault, int, str]] = {
    "robots.txt that resets": (ROBOTS, wire.LOST["reset without a word"], 3, "robots.txt is not to be had"),
    "robots.txt in silence": (ROBOTS, wire.SLOW["silence"], 3, "robots.txt is not to be had"),
    "robots.txt without an end": (ROBOTS, wire.ENDLESS["endless body"], 3, "robots.txt is not to be had"),
    "robots.txt with an endless head": (ROBOTS, wire.LONG_HEADS["endless head"], 3, "robots.txt is not to be had"),
    "robots.txt that is a bomb": (ROBOTS, encodings.BOMBS["bomb of gzip"], 3, "robots.txt is not to be had"),
    "robots.txt that is cut": (ROBOTS, encodings.BROKEN["cut br"], 3, "robots.txt is not to be had"),
    "home that resets": (HOME, wire.LOST["reset without a word"], 3, "cannot be read (connection_lost)"),
    "home in silence": (HOME, wire.SLOW["silence"], 3, "cannot be read (timeout)"),
    "home that is cut": (HOME, wire.CUT["short body"], 3, "cannot be read (cut_off)"),
    "home that is no HTTP": (HOME, wire.NO_HTTP["SSH"], 3, "cannot be read (no_http)"),
    "home that is a bomb": (HOME, encodings.BOMBS["bomb of zstd"], 3, "cannot be read (too_large)"),
    "home of too many elements": (
        HOME,
        lambda page: pages.html(page + b"<b>" * 60_000),
        3,
        "cannot be read (too_large)",
    ),
    "home that leads to itself": (HOME, lambda page: redirect(HOME, 302), 3, "cannot be read (too_many_redirects)"),
    "home that leads to a file": (HOME, statuses.NOWHERE["redirect to a file"], 3, "cannot be read (bad_redirect)"),
    "home that leads into a network": (
        HOME,
        statuses.PRIVATE["redirect to the metadata service"],
        3,
        "cannot be read (refused_address)",
    ),
    "home that is nothing": (HOME, lambda page: answer(200, b""), 3, "cannot be read (empty)"),
    "home that is a picture": (HOME, lambda page: pages.html(pages.PICTURE, kind="image/png"), 3, "(no_text)"),
    "home that is out of order": (HOME, lambda page: answer(500, b"<h1>500</h1>"), 3, "cannot be read (http_500)"),
    "home that asks for 10 centuries": (
        HOME,
        lambda page: text("", f"Retry-After: {9 * 10**15}", status=503),
        3,
        "until",
    ),
    "home that asks for more than there are": (
        HOME,
        lambda page: text("", f"Retry-After: {10**40}", status=429),
        4,
        "until",
    ),
    "home that asks for the year 9999": (
        HOME,
        lambda page: text("", "Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", status=429),
        4,
        "asks to be left alone until",
    ),
}
"""What a path answers, the exit code, and words of the last line."""


@pytest.mark.parametrize("name", AT_HOME)
def test_at_home(small: Site, killing: Crawls, tmp_path: Path, name: str) -> None:
    path, fault, code, words = AT_HOME[name]
    small.table[path] = fault(b"User-agent: *\n" * 100)
    came = small.crawl(killing, tmp_path / "data", "portal", {"DOWNLOAD_TIMEOUT": "1.5"})
    small.table.clear()
    came.assert_sound(code)
    assert words in came.ended.last_line
    assert came.records == {}
    assert not any("mod=view" in path for path in came.asked)


NOBODY: dict[str, tuple[str, str]] = {
    "connection refused": ("http://127.0.0.1:1/", "Connection was refused"),
    "host without an address": ("http://no-such-host.invalid/", "cannot be read"),
    "no TLS where it should be": ("https://127.0.0.1:{port}/", "is not to be had"),
}
"""An address, and words of the last line."""


@pytest.fixture
def blunt() -> Iterator[int]:
    """A port where everybody is told the same before they have asked for anything."""

    def refuse() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")

    listening = socket.create_server(("127.0.0.1", 0))
    Thread(target=refuse, daemon=True).start()
    yield listening.getsockname()[1]
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()


@pytest.mark.parametrize("name", NOBODY)
def test_nobody_is_there(blunt: int, killing: Crawls, tmp_path: Path, name: str) -> None:
    address, words = NOBODY[name]
    url = address.format(port=blunt)
    patience = {"RETRY_TIMES": "0", "DOWNLOAD_TIMEOUT": "10"}
    ended = killing.run("portal", tmp_path / "data", url, settings=patience)
    came = Came(ended, tmp_path / "data", url.partition("://")[2].rstrip("/").replace(":", "_"))
    came.assert_sound(3)
    assert words in came.ended.last_line
    assert came.records == {}


# --- hosts that ask for patience ------------------------------------------------------------------------------------

LATER: dict[str, tuple[list[str], bool]] = {
    "for no time": (["0"], True),
    "for a second": (["1"], True),
    "for parts of a second": (["0.5"], True),
    "for two times": (["1", "0"], True),
    "until a date that has passed": (["Tue, 24 Nov 2020 02:30:00 GMT"], True),
    "for less than no time": (["-5"], False),
    "in words": (["soon"], False),
    "until a date that is none": (["Tue, 31 Feb 2027 25:61:00 GMT"], False),
    "in other digits": (["\u0661".encode().decode("latin-1")], False),
    "without a value": ([""], False),
    "without saying so": ([], False),
}
"""Values of ``Retry-After``, and whether they can be read."""


def _later(status: int, values: list[str]) -> Fault:
    """Refuses, and takes its time, so that all requests are under way when the first of them is refused."""
    said = text("later", *(f"Retry-After: {value}" for value in values), status=status)

    def serve(asked: Asked, connection: socket.socket) -> None:
        sleep(1)
        connection.sendall(said)

    return lambda page: serve


PATIENCE: dict[str, Case] = {
    f"{status} {name}": Case(
        _later(status, values),
        # A 503 that names no time may as well be a page to be read.
        "" if readable or status == 429 else "http_503",
        frozenset({"main_image"}),  # which its list tells, and none is read
    )
    for status in (429, 503)
    for name, (values, readable) in LATER.items()
}
"""What is said once, to the first request for an article."""


@pytest.fixture(scope="module")
def patient(site: Site, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Came:
    """A crawl of a host that refuses each of some articles once, all of them at the same time."""
    at = dict(zip(PATIENCE, site.ordinary, strict=False))
    for name, aid in at.items():
        site.table[path_of(aid)] = [PATIENCE[name].fault(b"")]
    arguments = {"aid": ",".join(map(str, at.values()))}
    came = site.crawl(killing, tmp_path_factory.mktemp("patience"), "article", WIDE, arguments=arguments)
    site.table.clear()
    came.truth, came.at = {aid: site.truth[aid] for aid in at.values()}, at
    return came


@pytest.mark.parametrize("name", PATIENCE)
def test_a_host_asks_for_patience(patient: Came, name: str) -> None:
    patient.assert_sound()
    patient.assert_is(name, PATIENCE[name])


# --- traps ----------------------------------------------------------------------------------------------------------

TRAPS: dict[str, tuple[Trap, int]] = {**traps.LISTS, **traps.CATEGORIES, **traps.PAGES, **traps.COMMENTS}
"""A site without an end, and how many requests it takes at most to read what there is."""


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap(killing: Crawls, tmp_path: Path, name: str) -> None:
    trap, most = TRAPS[name]
    with Server(trap) as server:
        came = crawl(server, killing, tmp_path / "data", "backfill", {"DISCUZ_GATE_ENABLED": "0"})  # all are alike
    came.assert_sound()
    assert set(came.records) == trap.there
    assert came.reasons == {}
    assert len(came.asked) <= most
    assert all(record["article_body"] == traps.WORDS for record in came.records.values())


# --- feeds ----------------------------------------------------------------------------------------------------------

FEED = "/portal.php?mod=rss"


@pytest.fixture(scope="module")
def crawled(small: Site, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> Came:
    """A portal that was crawled, and asked for its feed, which names nothing new."""
    data = tmp_path_factory.mktemp("feeds") / "data"
    small.crawl(killing, data, "backfill").assert_sound()
    return small.crawl(killing, data, "portal")


@pytest.mark.parametrize("name", feeds.FEEDS)
def test_a_feed(crawled: Came, small: Site, killing: Crawls, tmp_path: Path, name: str) -> None:
    crawled.assert_sound()
    assert crawled.asked[1:] == [FEED]
    said = feeds.FEEDS[name](small.get(FEED))
    small.table[FEED] = said.replace(b"{root}", small.server.url.encode()) if isinstance(said, bytes) else said
    shutil.copytree(crawled.data, tmp_path / "data")
    came = small.crawl(killing, tmp_path / "data", "portal")
    small.table.clear()
    came.truth = small.truth
    came.assert_sound()
    assert came.listed == crawled.listed, "nothing is published again"
    assert "0 articles new or changed" in came.ended.last_line
    assert not any("entity" in path or "etc" in path for path in came.asked)
    assert len(came.asked) < 40, "the lists are looked at, no more"


# --- clocks, and limits of the machine ------------------------------------------------------------------------------

YEAR, DAY = 365 * 86_400, 86_400

CLOCKS: dict[str, list[dict[str, Any]]] = {
    "a year ahead, and right": [{"ahead": YEAR}, {}],
    "a day behind, and right": [{"ahead": -DAY}, {}],
    "back by a day amid the first run": [{"jumps": [[60, -DAY]]}, {"ahead": 120}],
    "to and fro": [{"jumps": [[20, YEAR], [60, -YEAR], [90, -DAY], [120, DAY]]}, {"ahead": 120}],
}
"""How the clock goes in one run and the next."""


@pytest.mark.parametrize("name", CLOCKS)
def test_a_clock(small: Site, killing: Crawls, tmp_path: Path, name: str) -> None:
    """One article fails in the first run, and is there at once after the second."""
    failed = small.ordinary[40]
    small.table[path_of(failed)] = [answer(500, b"<h1>500</h1>")]
    first, second = CLOCKS[name]
    came = small.crawl(killing, tmp_path / "data", "portal", **first)
    came.truth, came.at = small.truth, {"failed": failed}
    came.assert_sound()
    assert (f"article/{failed}" in came.reasons) is (failed not in came.records)
    later = small.crawl(killing, tmp_path / "data", "portal", **({"ahead": 120} | second))
    later.truth = small.truth
    later.assert_sound()
    assert f"article/{failed}" not in later.reasons


def test_too_few_files_for_any_crawl(small: Site, killing: Crawls, tmp_path: Path) -> None:
    came = small.crawl(killing, tmp_path / "data", "portal", files=40)
    assert came.ended.code == 7
    assert came.ended.last_line == (
        "only 40 files and connections may be open, 64 are needed: raise their limit (ulimit -n), then start again, it "
        "goes on where it stopped"
    )
    assert came.asked == []


def test_no_more_connections_than_files(small: Site, killing: Crawls, tmp_path: Path) -> None:
    """A server that lets everybody wait, and a crawl that is allowed more connections than the system gives it."""
    for aid in small.ordinary[:50]:
        small.table[path_of(aid)] = wire.SLOW["silence"](b"")
    arguments = {"aid": ",".join(map(str, small.ordinary[:50]))}
    came = small.crawl(
        killing, tmp_path / "data", "article", {"DOWNLOAD_TIMEOUT": "3", **WIDE}, arguments=arguments, files=64
    )
    small.table.clear()
    came.assert_sound(7)
    assert "too many connections and files are open: raise their limit (ulimit -n)" in came.ended.last_line
    again = small.crawl(killing, tmp_path / "data", "article", arguments=arguments, ahead=120)
    again.assert_sound()
    assert set(again.records) == set(small.ordinary[:50])


def test_a_page_that_there_is_no_memory_for(small: Site, killing: Crawls, tmp_path: Path) -> None:
    """Libraries may end the process for want of memory; whatever they do, nothing wrong is written, and it goes on."""
    large, *others = small.ordinary[:4]
    page = small.page(large)
    small.table[path_of(large)] = pages.html(page.replace(pages.BODY, pages.BODY + b"<p>word</p>" * 14_000))
    arguments = {"aid": ",".join(map(str, [large, *others]))}
    came = small.crawl(killing, tmp_path / "data", "article", arguments=arguments, memory=24_000_000)
    small.table.clear()
    assert came.ended.code <= 0
    if came.ended.code == 0:
        came.assert_sound()
        assert came.reasons == {f"article/{large}": "out_of_memory"}
    again = small.crawl(killing, tmp_path / "data", "article", arguments=arguments)
    again.assert_sound()
    told = [
        [one | {"main_image": None} for one in some]
        for some in (map(plain, again.records.values()), (small.truth[aid] for aid in [large, *others]))
    ]
    assert differences(*told) == {}
