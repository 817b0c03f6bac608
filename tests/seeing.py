"""Pages as Chromium shows them from a disk: what overflows, which fonts are used, whether texts can be read."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from crawler.middlewares.browser_check import on_path

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OVERFLOWING: Final = """() => [document.documentElement, ...document.querySelectorAll('body *')]
  .filter(e => !['svg', 'rect', 'line', 'title'].includes(e.tagName) && !e.closest('.unseen') && e.clientWidth
    && getComputedStyle(e).display != 'inline' && e.scrollWidth > e.clientWidth + 1)
  .map(e => `${e.tagName}.${e.className}: ${e.scrollWidth} > ${e.clientWidth}: ${e.textContent.trim().slice(0, 40)}`)"""
"""Elements that are narrower than what is in them, the page itself among them."""

OUTSIDE: Final = """() => [...document.querySelectorAll('body *')]
  .filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && (box.right > innerWidth + 1 || box.left < -1) && !e.closest('.unseen');
  })
  .map(e => `${e.tagName}.${e.className}: ${e.textContent.trim().slice(0, 40)}`)"""
"""Elements that reach beyond the window."""

FAINT: Final = """() => {
  const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  const known = new Map(), grounds = new Map(), faint = new Set();
  const rgba = color => {
    if (!known.has(color)) {
      canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1);
      known.set(color, [...canvas.getImageData(0, 0, 1, 1).data]);
    }
    return known.get(color);
  };
  const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = rgb => [0.2126, 0.7152, 0.0722].reduce((sum, part, at) => sum + part * linear(rgb[at] / 255), 0);
  const ground = e => {
    if (!e) return [255, 255, 255, 255];
    if (!grounds.has(e)) {
      const own = rgba(getComputedStyle(e).backgroundColor);
      grounds.set(e, own[3] == 255 ? own : ground(e.parentElement));
    }
    return grounds.get(e);
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let seen = 0;
  while (words.nextNode()) {
    const e = words.currentNode.parentElement;
    if (!words.currentNode.data.trim() || e.namespaceURI.endsWith('svg') || !e.getClientRects().length) continue;
    const both = [light(rgba(getComputedStyle(e).color)), light(ground(e))].sort((a, b) => a - b);
    const contrast = (both[1] + 0.05) / (both[0] + 0.05);
    seen += 1;
    if (contrast < 4.5) faint.add(`${e.tagName}.${e.className} ${contrast.toFixed(2)}: ${e.textContent.slice(0, 30)}`);
  }
  return [seen, [...faint]];
}"""
"""How many texts there are, and those that are hard to tell from what is behind them (WCAG 2.2, 1.4.3)."""

CHARTS: Final = """() => [...document.querySelectorAll('[data-chart]')].map(e => {
  const bars = [...e.querySelectorAll('svg rect:not(.bed)')].map(r => r.getBoundingClientRect());
  return [e.dataset.chart, bars.length, bars.filter(b => b.width > 0.5 && b.height > 1).length];
})"""
"""Each chart, how many bars it has, and how many of them can be seen."""

BOXES: Final = """([characters, unassigned]) => {
  const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
  pen.canvas.width = pen.canvas.height = 24;
  pen.font = '16px ' + getComputedStyle(document.body).fontFamily;
  const ink = character => {
    pen.clearRect(0, 0, 24, 24); pen.fillText(character, 2, 18);
    return pen.getImageData(0, 0, 24, 24).data.join();
  };
  const box = ink(unassigned);
  return characters.filter(character => ink(character) == box);
}"""
"""Those of some characters that look like one that no font has."""

UNASSIGNED: Final = "\U0003fffd"
"""A character that no font has, and that is shown as a box."""


@dataclass(slots=True)
class Seen:
    """A page that is open.

    Attributes:
        page: Playwright's.
        asked: every address that it has asked for.
        said: what stands in the console.
    """

    page: Any
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def boxes(self, characters: str) -> list[str]:
        """Those of some characters that are not shown as themselves."""
        return list(self.page.evaluate(BOXES, [sorted(set("".join(characters.split()))), UNASSIGNED]))

    def look(self, width: int, scheme: str) -> None:
        """Look at it in a window of another width, by day or by night."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=scheme)

    def text(self) -> str:
        """All text, what is folded away too."""
        return str(self.page.evaluate("() => document.body.textContent"))


class Browser:
    """A Chromium of its own."""

    def __init__(self, chromium: Any) -> None:
        self._chromium = chromium

    @contextmanager
    def open(self, file: Path, *, width: int, scheme: str = "light", medium: str = "screen") -> Iterator[Seen]:
        """Open a file, as it is."""
        context = self._chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        page = context.new_page()
        seen = Seen(page)
        page.on("request", lambda request: seen.asked.append(request.url))
        page.on("console", lambda message: seen.said.append(message.text))
        page.on("pageerror", lambda error: seen.said.append(str(error)))
        page.emulate_media(media=medium, color_scheme=scheme)
        page.goto(file.as_uri())
        try:
            yield seen
        finally:
            context.close()


@contextmanager
def browsing() -> Iterator[Browser]:
    """Start a Chromium, and end it."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415  (of an extra)

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=on_path(), chromium_sandbox=False)
        try:
            yield Browser(chromium)
        finally:
            chromium.close()
