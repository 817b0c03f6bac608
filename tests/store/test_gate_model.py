"""A site that changes, a gate that holds back at random, crashes: what a consumer read is the site in the end.

The model is the site and one rule of crawling it: a line says what changed since what is known. Whatever the gate held
back, was released or rejected, the published lines in their order are each article's revisions, once each, without a
gap where nothing was left out; and what the store counts is what the lines say.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from crawler.store import ArticleRow, Limits, Outcome, Unit, open_store
from tests.store.helpers import Clock, article, lines_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AIDS = range(1, 6)


@dataclass
class Content:
    """An article as its site has it."""

    text: int = 0
    comments: int = 0
    status: str = "published"
    catid: int = 1


class Gate:
    """Holds back while it is told to."""

    damaged = False

    def measure(self, lines: Iterable[bytes]) -> dict[str, Any]:
        return {"records": sum(1 for _ in lines)}

    def judge(self, metrics: dict[str, Any], history: Sequence[dict[str, Any]]) -> list[str]:
        return ["damaged"] if self.damaged else []


def outcome(unit: Unit, site: dict[int, Content], now: Any) -> Outcome:
    """Read an article, and say what changed since what is known of it."""
    aid = unit.number or 0
    content, known = site[aid], unit.known
    if content.status == "walled":
        return Outcome(unit, "failed", "walled")
    row = ArticleRow(
        key=unit.key,
        aid=aid,
        status=content.status,
        content_hash=str(content.text),
        revision=known.revision if known else 1,
        date_published=f"2026-{content.text % 12 + 1:02}-01T00:00:00+08:00" if content.text % 5 else None,
        catid=content.catid,
        last_comment_id=content.comments,
        comment_ids=tuple(range(1, content.comments + 1)),
        next_at=now + timedelta(hours=1),
    )
    what = "new"
    if known is not None:
        if known.status != content.status:
            what = {"gone": "gone", "moved": "moved"}.get(content.status, "back")
        elif content.status == "published" and known.content_hash != row.content_hash:
            what = "changed"
        elif content.status == "published" and known.unwritten(row.comment_ids or ()):
            what = "comments"
        else:
            return Outcome(unit, "done", "unchanged", article=row)
    elif content.status != "published":
        return Outcome(unit, "skipped", content.status)
    if what not in {"new", "comments"}:
        row = replace(row, revision=row.revision + 1)
    whole = what in {"new", "changed", "back"}
    line = {
        "aid": aid,
        "what": what,
        "catid": row.catid,
        "revision": row.revision,
        "status": content.status,
        "text": content.text if whole else None,
        "comments": []
        if content.status != "published"
        else sorted((row.comment_ids or ()) if whole or known is None else known.unwritten(row.comment_ids or ())),
    }
    return Outcome(unit, "done", line=json.dumps(line).encode() + b"\n", article=row)


class GateMachine(RuleBasedStateMachine):
    """Crawls a changing site with a gate, and reads what is published."""

    def __init__(self) -> None:
        super().__init__()
        self._temporary = tempfile.TemporaryDirectory()
        self.folder = Path(self._temporary.name)
        self.clock = Clock()
        self.gate = Gate()
        self.site = {aid: Content() for aid in AIDS}
        self.taken: list[Unit] = []
        self.seen: list[str] = []

    def open(self) -> None:
        self.taken = []
        self.store = open_store(self.folder, clock=self.clock, gate=self.gate, limits=Limits(records=4))

    @initialize()
    def start(self) -> None:
        self.open()
        self.store.begin("a", "portal", adopts=True)

    # --- the site ---

    @rule(aid=st.sampled_from(AIDS), what=st.sampled_from(["text", "comments"]))
    def edit(self, aid: int, what: str) -> None:
        setattr(self.site[aid], what, getattr(self.site[aid], what) + 1)

    @rule(aid=st.sampled_from(AIDS), text=st.integers(0, 1))
    def edit_back(self, aid: int, text: int) -> None:
        self.site[aid].text = text

    @rule(aid=st.sampled_from(AIDS), status=st.sampled_from(["published", "published", "gone", "moved", "walled"]))
    def move(self, aid: int, status: str) -> None:
        self.site[aid].status = status

    @rule(aid=st.sampled_from(AIDS), catid=st.integers(1, 2))
    def file_elsewhere(self, aid: int, catid: int) -> None:
        self.site[aid].catid = catid

    # --- the crawl ---

    @precondition(lambda self: self.store.run)
    @rule(aids=st.sets(st.sampled_from(AIDS)), refresh=st.booleans())
    def find(self, aids: set[int], refresh: bool) -> None:
        self.store.add(article(aid, refresh=refresh, payload={"seen": aid}) for aid in sorted(aids))

    @precondition(lambda self: self.store.run)
    @rule(n=st.integers(1, 5))
    def take(self, n: int) -> None:
        self.taken += self.store.take(n)

    @precondition(lambda self: self.taken)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        unit = self.taken.pop(data.draw(st.integers(0, len(self.taken) - 1)))
        self.store.finish(outcome(unit, self.site, self.clock()))

    @precondition(lambda self: self.store.run)
    @rule()
    def crawl(self) -> None:
        while self.taken or self.store.pending:
            for unit in self.taken:
                self.store.finish(outcome(unit, self.site, self.clock()))
            self.store.flush()
            self.taken = self.store.take(5)

    @precondition(lambda self: self.store.run)
    @rule()
    def flush(self) -> None:
        self.store.flush()

    @precondition(lambda self: self.store.run)
    @rule(hold=st.booleans())
    def publish(self, hold: bool) -> None:
        self.store.publish(["the run is odd"] if hold else [])

    @precondition(lambda self: self.store.run)
    @rule(again=st.booleans())
    def look_again(self, again: bool) -> None:
        if again:
            self.store.revisit()
        else:
            self.store.retry_skipped()

    @rule(by=st.sampled_from([timedelta(minutes=2), timedelta(hours=2)]))
    def time_passes(self, by: timedelta) -> None:
        self.clock.now += by

    @rule(damaged=st.booleans())
    def template(self, damaged: bool) -> None:
        self.gate.damaged = damaged

    @precondition(lambda self: self.store.run)
    @rule()
    def end(self) -> None:
        self.store.end("finished", 0)
        self.taken = []

    @precondition(lambda self: not self.store.run)
    @rule(job=st.sampled_from("ab"), adopts=st.booleans())
    def begin(self, job: str, adopts: bool) -> None:
        self.store.begin(job, "portal", adopts=adopts)

    @rule(job=st.sampled_from("ab"))
    def crash(self, job: str) -> None:
        self.store.close()
        self.open()
        self.store.begin(job, "portal", adopts=True)

    @precondition(lambda self: not self.store.run and self.held())
    @rule(data=st.data(), release=st.booleans())
    def decide(self, data: st.DataObject, release: bool) -> None:
        run = data.draw(st.sampled_from(self.held()))
        if release:
            self.store.release(run)
        else:
            self.store.reject(run)

    # --- what shows ---

    def held(self) -> list[str]:
        return sorted({path.name.removesuffix(".jsonl")[:-5] for path in self.folder.glob("quarantine/*")})

    def ask(self, query: str) -> list[Any]:
        with closing(sqlite3.connect(self.folder / "store.sqlite3")) as connection:
            return list(connection.execute(query))

    def published(self) -> list[dict[str, Any]]:
        listed = self.folder / "published.jsonl"
        return [
            line
            for part in (lines_of(listed) if listed.exists() else [])
            for line in lines_of(self.folder / part["file"])
        ]

    @invariant()
    def what_was_published_stays(self) -> None:
        lines = [json.dumps(line) for line in self.published()]
        assert lines[: len(self.seen)] == self.seen
        self.seen = lines

    @invariant()
    def nothing_is_published_twice(self) -> None:
        revisions = Counter((line["aid"], line["revision"]) for line in self.published() if line["what"] != "comments")
        assert [one for one, times in revisions.items() if times > 1] == []
        had: dict[int, set[int]] = {}
        for line in self.published():
            if line["what"] == "comments":
                assert not had[line["aid"]] & set(line["comments"])
                had[line["aid"]] |= set(line["comments"])
            elif line["text"] is not None:
                had[line["aid"]] = set(line["comments"])

    @invariant()
    def counts_are_those_of_the_rows(self) -> None:
        counted = {(one.catid, one.status): one.articles for one in self.store.holdings()}
        assert counted == {
            (catid, status): articles
            for catid, status, articles in self.ask("SELECT catid, status, count(*) FROM articles GROUP BY 1, 2")
        }
        dated = self.ask("SELECT substr(date_published, 1, 7), count(*) FROM articles GROUP BY 1")
        assert self.store.months() == {month: articles for month, articles in dated if month}
        rows = Counter(self.ask("SELECT kind, state, reason FROM units"))
        assert {(one.kind, one.state, one.reason): one.units for one in self.store.counts().total} == rows

    @invariant()
    def changes_are_those_of_the_lines(self) -> None:
        for run in self.store.run_list(99):
            said = Counter(
                (line["catid"], line["what"])
                for path in self.folder.glob(f"articles/{run.run_id}-*")
                for line in lines_of(path)
            )
            changes = self.store.changes(run.seq)
            assert {(one.catid, one.what): one.articles for one in changes if one.what != "unchanged"} == said

    def teardown(self) -> None:
        """After one more run over everything, with a gate that is content, the consumer has the site."""
        try:
            if hasattr(self, "store"):
                self.settle()
        finally:
            self._temporary.cleanup()

    def settle(self) -> None:
        self.gate.damaged = False
        for content in self.site.values():
            content.status = "published" if content.status == "walled" else content.status
        self.store.close()
        self.open()
        self.store.begin("last", "portal", adopts=True)
        self.crawl()
        self.store.end("finished", 0)
        for number, run in enumerate(self.held()):
            if number % 2:
                self.store.release(run)
            else:
                self.store.reject(run)
        self.store.begin("last", "portal", adopts=True)
        self.store.add(article(aid, refresh=True) for aid in AIDS)
        self.taken = self.store.take(99)
        self.crawl()
        self.store.end("finished", 0)
        self.what_was_published_stays()
        self.nothing_is_published_twice()
        self.counts_are_those_of_the_rows()
        self.changes_are_those_of_the_lines()
        self.store.close()
        assert {path.parent.name for path in self.folder.glob("*/*")} <= {"articles"}
        consumed: dict[int, Content] = {}
        for line in self.published():
            if line["text"] is not None:
                consumed[line["aid"]] = Content(line["text"], len(line["comments"]), "published", line["catid"])
            else:
                consumed[line["aid"]].status = line["status"]
                consumed[line["aid"]].comments += len(line["comments"])
        for aid, content in self.site.items():
            if content.status == "published":
                assert replace(consumed[aid], catid=0) == replace(content, catid=0)
            elif aid in consumed:
                assert consumed[aid].status == content.status


TestGate = GateMachine.TestCase
TestGate.settings = settings(
    max_examples=settings().max_examples // 6,  # of forty steps each
    stateful_step_count=40,
    deadline=None,  # a sync takes as long as the disk likes
    suppress_health_check=[HealthCheck.too_slow],
)
