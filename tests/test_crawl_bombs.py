"""Bombs: answers that are small on the wire and large in memory, alone and five at once.

A crawl that meets them holds at most 100 MB more than one that does not: as its system counts, at its peak. That takes
memory which nobody gives back; the bombs of the first kind unpack to 128 MiB.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crawling import differences
from tests.faulty import encodings, pages
from tests.faulty.crawls import Came, Site, path_of, plain, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import StartPortal
    from tests.faulty.wire import Fault
    from tests.killing import Crawls

BOUND = 100 * 10**6
"""Bytes over a crawl without bombs."""
AT_ONCE = 5
WIDE = {"CONCURRENT_REQUESTS_PER_DOMAIN": "8"}


def packed_page(markup: bytes) -> Fault:
    """A page with that in its text, packed."""
    return lambda page: encodings.packed(
        "gzip", encodings.PACK["gzip"](page.replace(pages.BODY, pages.BODY + markup, 1))
    )


TREES: dict[str, Fault] = {
    "of a million elements": packed_page(b"<p>x" * 1_000_000),
    "of a million attributes": packed_page(b"<p " + b" ".join(b"a%d" % n for n in range(500_000)) + b">"),
    "of a million references": packed_page(b"&amp;" * 1_000_000),
}
"""Pages that are no larger than any may be, and were never read."""
LIMITS: dict[str, Fault] = {
    "with as many elements as may be": packed_page(b"<p>x</p>" * 14_000),
    "with as many attributes as may be": packed_page(b"<p id=a class=b title=c lang=d>x" * 28_000),
    "with as many pictures as may be": packed_page(b'<img src="a.png">' * 28_000),
    "with as many letters as may be": packed_page("字".encode() * 950_000),
}
"""Pages that are just read."""


@pytest.fixture(scope="module")
def site(start_portal: StartPortal) -> Iterator[Site]:
    with served(start_portal(articles=60)) as made:
        yield made


@pytest.fixture(scope="module")
def idle(site: Site, killing: Crawls, tmp_path_factory: pytest.TempPathFactory) -> int:
    """The peak of a crawl without bombs, in bytes."""
    came = crawl(site, killing, tmp_path_factory.mktemp("idle"), {})
    assert len(came.records) == AT_ONCE + 2
    return came.ended.peak


def crawl(site: Site, killing: Crawls, folder: Path, faults: dict[int, Fault]) -> Came:
    """Crawl some articles, of which these are befallen."""
    aids = site.ordinary[: AT_ONCE + 2]
    for aid, fault in faults.items():
        site.table[path_of(aid)] = fault(site.page(aid))
    came = site.crawl(killing, folder / "data", "article", WIDE, arguments={"aid": ",".join(map(str, aids))})
    site.table.clear()
    came.truth = {aid: site.truth[aid] for aid in aids}
    return came


def assert_harmless(came: Came, idle: int, faults: dict[int, Fault], *, read: bool = False) -> None:
    assert came.ended.code == 0, came.ended.stderr
    assert "Traceback" not in came.ended.stderr
    over = came.ended.peak - idle
    print(f"{over / 1e6:.0f} MB over {idle / 1e6:.0f} MB")
    assert over <= BOUND
    expected = {} if read else {f"article/{aid}": "too_large" for aid in faults}
    assert came.reasons == expected
    assert set(came.records) == set(came.truth) - (set() if read else set(faults))
    sound = [aid for aid in came.truth if aid not in faults]
    by_itself = {"main_image": None}  # its list tells an article's cover
    told = [[plain(all_of[aid]) | by_itself for aid in sound] for all_of in (came.records, came.truth)]
    assert differences(*told) == {}


@pytest.mark.parametrize("name", encodings.BOMBS)
def test_a_bomb(site: Site, killing: Crawls, idle: int, tmp_path: Path, name: str) -> None:
    faults = {site.ordinary[0]: encodings.BOMBS[name]}
    assert_harmless(crawl(site, killing, tmp_path, faults), idle, faults)


@pytest.mark.parametrize("name", TREES)
def test_a_tree(site: Site, killing: Crawls, idle: int, tmp_path: Path, name: str) -> None:
    faults = {site.ordinary[0]: TREES[name]}
    assert_harmless(crawl(site, killing, tmp_path, faults), idle, faults)


def test_five_at_once(site: Site, killing: Crawls, idle: int, tmp_path: Path) -> None:
    kinds = [*(encodings.BOMBS[f"bomb of {name}"] for name in encodings.PACK), TREES["of a million elements"]]
    faults = dict(zip(site.ordinary, kinds, strict=False))
    assert_harmless(crawl(site, killing, tmp_path, faults), idle, faults)


def test_the_largest_pages_at_once(site: Site, killing: Crawls, idle: int, tmp_path: Path) -> None:
    faults = dict(zip(site.ordinary, LIMITS.values(), strict=False))
    assert_harmless(crawl(site, killing, tmp_path, faults), idle, faults, read=True)
