"""Pages as people see them: in Chromium, on a phone and on a screen, by day and by night, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browsing import needs_browser
from tests.reports.test_pages import NAMES, pages
from tests.seeing import CHARTS, FAINT, OUTSIDE, OVERFLOWING, browsing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.seeing import Browser

pytestmark = needs_browser

PHONE, TABLET, SCREEN, PAPER = 375, 1000, 1280, 718
"""Widths in pixels; the last is that of A4 within its margins."""
UNFOLD = "() => document.querySelectorAll('details').forEach(one => { one.open = true })"
LOOKS = [(PHONE, "light"), (PHONE, "dark"), (SCREEN, "light"), (SCREEN, "dark")]
CHINESE = "青岚区乡村振兴的时政，（）《》龍"
DRAWN = {
    "ordinary": {"categories", "months", "fields", "kinds", "time", "latency"},
    "large": {"categories", "months", "fields", "kinds", "time", "latency"},
    "troubled": {"months", "fields", "kinds", "time", "latency"},
    "site": {"trend"},
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    made = {name: folder / f"{name}.html" for name in NAMES}
    for name, page in pages().items():
        made[name].write_text(page, encoding="utf-8")
    return made


@pytest.mark.parametrize("name", NAMES)
def test_it_fits_can_be_read_and_asks_for_nothing(browser: Browser, files: dict[str, Path], name: str) -> None:
    with browser.open(files[name], width=PHONE) as seen:
        for width in (PHONE, TABLET, SCREEN):
            seen.look(width, "light")
            assert seen.page.evaluate(OVERFLOWING) == []
        seen.page.evaluate(UNFOLD)
        for width, scheme in LOOKS:
            seen.look(width, scheme)
            assert (seen.page.evaluate(OVERFLOWING), seen.page.evaluate(OUTSIDE)) == ([], [])
            texts, faint = seen.page.evaluate(FAINT)
            assert texts > 5
            assert faint == []
        assert seen.asked == [files[name].as_uri()]
        assert seen.said == []


@pytest.mark.parametrize("name", DRAWN)
def test_charts_show_what_they_are_made_of(browser: Browser, files: dict[str, Path], name: str) -> None:
    with browser.open(files[name], width=PHONE) as seen:
        for width in (PHONE, SCREEN):
            seen.look(width, "light")
            charts = [chart for chart in seen.page.evaluate(CHARTS) if width == SCREEN or chart[0] != "kinds"]
            assert DRAWN[name] - {"kinds"} <= {chart for chart, _, _ in charts}
            bars = {chart: number for chart, number, _ in charts}
            if name == "ordinary":
                assert (bars["categories"], bars["time"], bars["latency"]) == (3, 80, 10)
                assert seen.page.locator("[data-chart=months] rect").count() == seen.page.locator(".flow span").count()
            sparks = seen.page.locator(".sites td.spark svg").all()
            assert all(spark.bounding_box()["height"] > 10 for spark in sparks)
            for chart, number, visible in charts:
                # On a phone the bars of fields give way to the runs beside them.
                assert visible > 0
                assert visible == number or (width == PHONE and chart == "fields")


@pytest.mark.parametrize("name", ["large", "troubled", "overview"])
def test_it_can_be_printed(browser: Browser, files: dict[str, Path], name: str) -> None:
    with browser.open(files[name], width=PAPER, scheme="dark", medium="print") as seen:
        assert seen.page.evaluate(OVERFLOWING) == []
        assert seen.page.evaluate(FAINT)[1] == []
        background = seen.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
        assert background == "rgb(255, 255, 255)", "whatever the screen's colours are"
        if name == "large":
            assert seen.page.locator(".calendar").bounding_box()["height"] > 0, "what is folded away is printed"
        assert seen.page.pdf(format="A4").startswith(b"%PDF")


def test_labels_have_glyphs(browser: Browser, files: dict[str, Path]) -> None:
    with browser.open(files["large"], width=PHONE) as seen:
        assert seen.boxes("a\U0003fffe") == ["\U0003fffe"]
        # A machine without a Chinese font shows boxes whatever the page asks for; `.ci/run` installs one, and fails if
        # this is skipped.
        if seen.boxes("的"):
            pytest.skip("no Chinese font: install the package fonts-wqy-microhei, or fonts-noto-cjk")
        assert set("青岚区乡村振兴") < set(seen.text())
        assert seen.boxes(seen.text() + CHINESE) == []
    with browser.open(files["hostile"], width=PHONE) as seen:
        assert seen.boxes(seen.text()) == []
