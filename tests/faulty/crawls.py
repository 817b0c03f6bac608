"""Crawls of portals that misbehave, and what must hold of each whatever was done to it."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

from tests.crawling import Crawl, differences
from tests.servers import Server
from tests.whole import without_counts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from tests.conftest import RunningPortal
    from tests.faulty.wire import Fault
    from tests.killing import Crawls, Ended
    from tests.servers import Answer

    Record = dict[str, Any]

BOUND = 90.0
"""Seconds that any crawl of these takes at most, on a machine that has other things to do."""
KNOWN_FILES = re.compile(
    r"articles/\S+\.jsonl|published\.jsonl|skipped\.jsonl|categories\.jsonl|lock|store\.sqlite3(-wal|-shm)?"
    r"|index\.html|runs\.json"
    r"|runs/\S+/(report\.json|report\.html|crawl\.log(\.\d+)?)"
)
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True)
class Case:
    """A row.

    Attributes:
        fault: what happens in place of the page.
        reason: why there is no record, as ``skipped.jsonl`` has it; empty where there is one.
        differs: fields in which the record may differ from that of the sound page.
        holds: what must be so of the record, given that of the sound page.
    """

    fault: Fault
    reason: str = ""
    differs: frozenset[str] = frozenset()
    holds: Callable[[Record, Record], bool] = lambda record, sound: True


def failing(faults: Mapping[str, Fault], reason: str) -> dict[str, Case]:
    """Rows of faults for which there is no record."""
    return {name: Case(fault, reason) for name, fault in faults.items()}


def reading(
    faults: Mapping[str, Fault], *differs: str, holds: Callable[[Record, Record], bool] = lambda record, sound: True
) -> dict[str, Case]:
    """Rows of faults that cost at most some fields."""
    return {name: Case(fault, differs=frozenset(differs), holds=holds) for name, fault in faults.items()}


def moving(faults: Mapping[str, tuple[Fault, str]]) -> dict[str, Case]:
    """Rows of redirects to something else."""

    def to(there: str) -> Callable[[Record, Record], bool]:
        return lambda record, sound: (
            (record["status"], record["moved_to"])
            == (
                "moved",
                there.format(root=f"http://{sound['site']['host']}/"),
            )
        )

    return {name: Case(fault, differs=frozenset({"*"}), holds=to(there)) for name, (fault, there) in faults.items()}


@dataclass
class Came:
    """What came of a crawl.

    Attributes:
        ended: how it ended.
        data: ``DISCUZ_DATA_DIR``, of its own.
        name: of the site.
        truth: records of sound pages, by article number, without what readers change.
        at: the article at which each case stands, by its name.
        asked: paths that the server was asked for.
    """

    ended: Ended
    data: Path
    name: str
    truth: dict[int, Record] = field(default_factory=dict)
    at: dict[str, int] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def folder(self) -> Path:
        return self.data / self.name

    @cached_property
    def records(self) -> dict[int, Record]:
        """By article number."""
        lines = Crawl(0, "", "", self.data).lines(self.name)
        found = {line["discuz"]["aid"]: line for line in lines}
        assert len(found) == len(lines), "twice"
        return found

    @cached_property
    def reasons(self) -> dict[str, str]:
        """Why units have no record, by their keys."""
        path = self.folder / "skipped.jsonl"
        lines = map(json.loads, path.read_bytes().splitlines()) if path.exists() else ()
        return {line["key"]: line["reason"] for line in lines}

    def assert_sound(self, code: int = 0) -> None:
        """What holds whatever the fault."""
        self._sound()
        assert self.ended.code == code, self.ended.stderr

    def _sound(self) -> None:
        if "sound" not in self.__dict__:  # the same for all cases of a crawl
            assert "Traceback" not in self.ended.stderr
            assert not CONTROLS.search(self.ended.stderr.replace("\r\n", "\n"))
            assert self.ended.seconds < BOUND
            ours = {self.name, "index.html", "index.lock"}
            assert {path.name for path in self.data.iterdir()} <= ours, "written elsewhere"
            files = [path for path in self.folder.rglob("*") if path.is_file()]
            strange = [name for path in files if not KNOWN_FILES.fullmatch(name := str(path.relative_to(self.folder)))]
            assert strange == []
            for part in self.listed:
                content = (self.folder / part["file"]).read_bytes()
                assert part["sha256"] == hashlib.sha256(content).hexdigest()
                assert content.endswith(b"\n")
                assert part["records"] == len([json.loads(line) for line in content.splitlines()])
            assert {part["file"] for part in self.listed} == {
                f"articles/{p.name}" for p in self.folder.glob("articles/*")
            }
            befallen = set(self.at.values()) if self.truth else set(self.records)
            assert (
                differences(
                    [plain(record) for aid, record in self.records.items() if aid not in befallen],
                    [record for aid, record in self.truth.items() if aid not in befallen],
                )
                == {}
            )
            self.__dict__["sound"] = True

    @cached_property
    def listed(self) -> list[Record]:
        """What ``published.jsonl`` tells."""
        path = self.folder / "published.jsonl"
        return [json.loads(line) for line in path.read_bytes().splitlines()] if path.exists() else []

    def assert_is(self, name: str, case: Case) -> None:
        """What is told of a case."""
        aid = self.at[name]
        if case.reason:
            assert (self.reasons[f"article/{aid}"], aid in self.records) == (case.reason, False)
            return
        assert f"article/{aid}" not in self.reasons
        record, sound = self.records[aid], self.truth[aid]
        assert case.holds(record, sound), record
        if "*" not in case.differs:
            told = [
                {name: value for name, value in plain(one).items() if name not in case.differs}
                for one in (record, sound)
            ]
            assert differences(told[:1], told[1:]) == {}


class Table(dict[str, "Answer | list[Answer]"]):
    """Answers by path, whatever the session id; of several each is given once, and then the portal's own."""

    def get(self, path: str, default: Any = None) -> Any:
        said = super().get(path.partition("&sid=")[0], default)
        return (said.pop(0) if said else None) if isinstance(said, list) else said


@dataclass
class Site:
    """A portal behind a server that does what a test says.

    Attributes:
        server: before it.
        table: what it answers by path.
        truth: as in `Came`.
        ordinary: numbers of articles of one page, in order.
    """

    server: Server
    table: Table
    truth: dict[int, Record]
    ordinary: list[int]

    def get(self, path: str) -> bytes:
        """A sound page."""
        with urlopen(self.server.url.rstrip("/") + path) as response:
            body: bytes = response.read()
        return body

    def page(self, aid: int) -> bytes:
        """A sound page of an article."""
        return self.get(path_of(aid))

    def befall(self, cases: Mapping[str, Case]) -> dict[str, int]:
        """Have each case happen at an article of its own; gives which."""
        at = dict(zip(cases, self.ordinary, strict=False))
        assert len(at) == len(cases) < len(self.ordinary) - 20, "some articles must be left alone"
        root = self.server.url.encode()
        for name, aid in at.items():
            said = cases[name].fault(self.page(aid))
            self.table[path_of(aid)] = said.replace(b"{root}", root) if isinstance(said, bytes) else said
        return at

    def crawl(
        self, killing: Crawls, data: Path, spider: str, settings: Mapping[str, str] | None = None, **order: Any
    ) -> Came:
        """Crawl it, each request being made once; `order` as `tests.forks` takes it."""
        return crawl(self.server, killing, data, spider, settings, **order)


def plain(record: Record) -> Record:
    """A record without what readers change, and its hash: that is made of addresses, which are not the portal's own."""
    return {name: value for name, value in without_counts(record).items() if name != "content_hash"}


def path_of(aid: int) -> str:
    return f"/portal.php?mod=view&aid={aid}"


def crawl(
    server: Server,
    killing: Crawls,
    data: Path,
    spider: str,
    settings: Mapping[str, str] | None = None,
    arguments: Mapping[str, str] | None = None,
    **order: Any,
) -> Came:
    """Crawl what a server serves."""
    begun = len(server.log)
    given = {"RETRY_TIMES": "0", **(settings or {})}
    ended = killing.run(spider, data, server.url, arguments, given, **order)
    return Came(ended, data, server.name, asked=server.paths[begun:])


@contextmanager
def served(behind: RunningPortal) -> Iterator[Site]:
    """A portal behind a server that does what a test says."""
    table = Table()
    with Server(table, behind.url) as server:
        there, here = behind.url.split("/")[2], server.url.split("/")[2]
        told = json.loads(json.dumps(behind.truth(server.name)).replace(there, here))
        truth = {record["discuz"]["aid"]: plain(record) for record in told}
        ordinary = [
            aid for aid, record in truth.items() if record["status"] == "published" and len(record["pages"]) == 1
        ]
        yield Site(server, table, truth, ordinary)
