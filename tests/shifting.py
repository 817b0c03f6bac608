"""Crawls of a live portal over weeks: the clocks of crawler and portal are set forward between them."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from fixtures.portal.chronicle import Chronicle, Line
from fixtures.portal.options import Options
from tests.crawling import Crawl, comparable
from tests.whole import site_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.conftest import RunningPortal, StartPortal
    from tests.killing import Crawls, Ended

OF_THE_MOMENT = {"view_count", "comment_count", "comments", "counts_observed_at", "previous", "next", "related"}
"""What a record says of its moment and of other articles: no reason to write it again when that changes."""


class Weeks:
    """A portal that changes, and a data folder, over the runs of weeks.

    Args:
        start_portal: starts it.
        killing: starts crawls.
        data: ``DISCUZ_DATA_DIR``.
        content: what the portal is made from.

    Attributes:
        chronicle: what must have been written, after the last run.
        requests: how many the last run made.
        articles: how many of those were for articles.
        changes: how many there were since the run before it.
    """

    def __init__(self, start_portal: StartPortal, killing: Crawls, data: Path, **content: Any) -> None:
        self.portal: RunningPortal = start_portal(**content, live=0)
        self.data = data
        self.name = site_of(self.portal)
        self.chronicle = Chronicle(Options(**content), self.portal.url, self.name)
        self.requests = self.articles = self.changes = 0
        self._killing = killing
        self._ahead = timedelta()
        self._read = 0

    @property
    def folder(self) -> Path:
        """The site's own folder."""
        return self.data / self.name

    def change(self, **values: Any) -> None:
        """Have the portal change, or say how (`fixtures.portal.live`)."""
        query = "&".join(f"{name}={value}" for name, value in values.items())
        with urlopen(f"{self.portal.url}__live__?{query}") as answer:
            assert answer.status == 200

    def later(self, passed: timedelta) -> None:
        """Let so much time pass."""
        self._ahead += passed
        self.change(ahead=self._ahead.total_seconds())

    def run(
        self,
        spider: str,
        arguments: Mapping[str, str] | None = None,
        settings: Mapping[str, str] | None = None,
        **order: Any,
    ) -> Ended:
        """Crawl, and follow what was served meanwhile; `order` may have it killed, as `Crawls.scrapy` says."""
        ahead = self._ahead.total_seconds()
        ended = self._killing.run(spider, self.data, self.portal.url, arguments, settings, ahead=ahead, **order)
        log = self.portal.log()
        new = log[self._read :]
        self.chronicle.follow(new)
        self._read = len(log)
        self.changes = sum("change" in line for line in new)
        self.requests = len(new) - self.changes
        self.articles = sum("mod=view" in line.get("path", "") for line in new)
        return ended

    def deeds(self) -> set[str]:
        """What has been done to the portal."""
        return {line["change"]["what"] for line in self.portal.log() if "change" in line}

    def written(self) -> dict[int, list[dict[str, Any]]]:
        """The published lines by article, in order."""
        found = defaultdict(list)
        for line in Crawl(0, "", "", self.data).lines(self.name):
            found[int(line["id"].rpartition(":")[2])].append(line)
        return dict(sorted(found.items()))

    def misread(self) -> dict[int, Any]:
        """Tell where what was written is not what follows from what was served: every change that was seen, once."""
        written, wanted = self.written(), self.chronicle.lines()
        return {
            aid: {"is": is_, "should be": should}
            for aid in sorted(written.keys() | wanted.keys())
            if aid not in self.chronicle.unsure
            and (is_ := [as_told(line) for line in written.get(aid, ())]) != (should := wanted.get(aid, []))
        }

    def behind(self) -> dict[int, Any]:
        """Tell where what was written is not how the portal is now, by article and field."""
        wanted = self.chronicle.records()
        found: dict[int, Any] = {}
        for aid, lines in self.written().items():
            articles = [line for line in lines if line["kind"] == "article"]
            if [line["revision"] for line in articles] != list(range(1, len(articles) + 1)):
                found[aid] = {"revision": [line["revision"] for line in articles]}
                continue
            last, should = comparable(articles[-1]), wanted.pop(aid, {"status": "no line at all"})
            names = last.keys() | should.keys() if should["status"] == "published" else should.keys()
            fields = {
                name: {"is": last.get(name), "should be": should.get(name)}
                for name in sorted(names - OF_THE_MOMENT - {"revision"})
                if last.get(name) != should.get(name)
                # Only lists show an article's cover, and some are found by their neighbours.
                and not (name == "main_image" and last.get(name) is None and not should["images"])
            }
            if should["status"] == "published" and not fields:
                fields = talk(lines, should)
            if fields:
                found[aid] = fields
        # Of what could not be read for the first time there is nothing to say.
        return found | {aid: "missing" for aid, record in wanted.items() if record["status"] != "gone"}


def as_told(line: Mapping[str, Any]) -> Line:
    """Describe a published line as a chronicle does."""
    comments = frozenset(comment["id"] for comment in line.get("comments") or ())
    if line["kind"] == "comments":
        return Line("comments", comments=comments)
    status = line["status"]
    detail = {"published": line["content_hash"], "moved": line["moved_to"]}.get(status) or ""
    return Line(status, detail, comments, line["revision"])


def talk(lines: list[dict[str, Any]], should: Mapping[str, Any]) -> dict[str, Any]:
    """Tell what is wrong about the comments that lines bring: all there are, and none in two lines of new ones."""
    brought: dict[int, Any] = {}
    for line in lines:
        new = {comment["id"]: comment for comment in line["comments"] or ()}
        if line["kind"] == "comments" and (twice := sorted(new.keys() & brought.keys())):
            return {"comments": {"twice": twice}}
        brought |= new
    missing = [one["id"] for one in should["comments"] if brought.get(one["id"]) != one]
    return {"comments": {"missing or different": missing}} if missing else {}
