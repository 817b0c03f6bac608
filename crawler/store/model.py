"""What goes into the store and comes out of it: plain dataclasses, no SQL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

UnitKind = Literal["listing", "article"]
"""What a unit names: one page of a category's list, or one article with all its pages and comments."""
Settled = Literal["done", "failed", "skipped"]
"""How a unit under way ends: done for good, failed with a next time, or skipped with a reason."""
UnitState = Literal["todo", "done", "failed", "skipped"]
RunState = Literal["running", "interrupted", "finished", "abandoned"]
"""`running` and `interrupted` runs can be resumed; an `abandoned` one was closed by the start of another job."""
PartState = Literal["writing", "publishing", "published", "quarantined", "rejected"]
What = Literal["new", "changed", "gone", "moved", "back", "comments", "unchanged"]
"""What a run did to an article: `back` was gone or moved and is there again, `comments` are new, the text is not."""


@dataclass(frozen=True, slots=True)
class Found:
    """A unit that something names: a listing, a feed, an argument.

    Attributes:
        key: canonical key, the same for every spelling; holds kind and number, never scheme, host or port.
        kind: what it names.
        number: aid or catid, where it has one.
        page: page of a listing, 1 for an article.
        payload: what the spider wants back with the unit; JSON-able.
        priority: higher is taken sooner within its kind, as with Scrapy's requests.
        refresh: fetch it again even if it was settled before.
        catid: the category whose list names it.
    """

    key: str
    kind: UnitKind
    number: int | None = None
    page: int = 1
    payload: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 0
    refresh: bool = False
    catid: int | None = None


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """What is remembered of an article's last record, enough to tell what changed since.

    Attributes:
        key: key of its unit.
        aid: Discuz!'s number of it.
        status: ``published``, ``gone`` or ``moved``.
        content_hash: of the last record, hex.
        revision: of the last record.
        date_published: ISO 8601 with offset, as in the record.
        catid: its own category.
        comment_count: as last printed.
        last_comment_id: highest id among the comments already written.
        next_at: when to look at it again; aware, None for not any more.
        missing_since: when it was first not to be found, of the times in a row up to the last; aware.
        missing_times: how often in a row it was not to be found.
        extractor: which extractor made `content_hash`, as a checksum.
        comment_ids: ids of the comments already written, ascending; None where they are not kept, as of an article that
            is not looked at again, or that no version has looked at that kept them.
        validators: what the server said of the file that the last record was made of, for the next look to ask whether
            it has changed; JSON-able. Kept for as long as there is a next look.
    """

    key: str
    aid: int
    status: str = "published"
    content_hash: str | None = None
    revision: int = 1
    date_published: str | None = None
    catid: int | None = None
    comment_count: int | None = None
    last_comment_id: int | None = None
    next_at: datetime | None = None
    missing_since: datetime | None = None
    missing_times: int = 0
    extractor: int | None = None
    comment_ids: tuple[int, ...] | None = None
    validators: Mapping[str, Any] | None = None

    def unwritten(self, comments: Iterable[int]) -> set[int]:
        """Give those of some ids of comments that no line tells of yet.

        A comment keeps the number and the time that it was posted under, however late it is let through
        (``source/admincp/moderate/moderate_portalcomment.php``). Where ids are not kept only later numbers are new.
        """
        if self.comment_ids is not None:
            return set(comments).difference(self.comment_ids)
        return {comment for comment in comments if comment > (self.last_comment_id or 0)}


@dataclass(frozen=True, slots=True)
class Known(ArticleRow):
    """An article row as it comes back, with the moments of the first and the last time it was written."""

    first_seen: datetime = field(kw_only=True)
    last_seen: datetime = field(kw_only=True)


@dataclass(frozen=True, slots=True)
class Unit:
    """A thing to be done, as the store gives it out.

    Attributes:
        seq: the store's own number of it; grows in the order in which units were first found.
        key: canonical key.
        kind: what it names.
        number: aid or catid, where it has one.
        page: page of a listing, 1 for an article.
        payload: as it was found with.
        tries: how often it failed before.
        known: the article's last record, None for a listing or an article without one.
        catid: the category whose list named it; of a listing, its own.
    """

    seq: int
    key: str
    kind: UnitKind
    number: int | None
    page: int
    payload: Mapping[str, Any]
    tries: int = 0
    known: Known | None = None
    catid: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a unit, for the walk over a list that names it.

    Attributes:
        key: of the unit.
        state: how the unit stands.
        reason: why, in one word.
        settled_at: when it was first done or skipped; aware, None if it never was.
        status: of the article's record, None without one.
        date_published: of the article's record.
        last_seen: when the article's row was last written; aware.
        catid: the article's own category, as its record names it.
        found_in: the category whose list named the unit.
    """

    key: str
    state: UnitState
    reason: str
    settled_at: datetime | None
    status: str | None = None
    date_published: str | None = None
    last_seen: datetime | None = None
    catid: int | None = None
    found_in: int | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """A category of the portal, as last seen.

    Attributes:
        key: ``"3"``, or ``"@news/shehui"`` while its catid is not known.
        catid: Discuz!'s number of it.
        name: as its pages print it.
        url: of its first page.
        folder: path below the site's root, for a category with its own.
        parent_key: key of the category above; None for a top category.
        pages: number of pages that its pager names.
        per_page: entries on a full page.
        complete_to: how far its list was walked without a gap: None never, ``""`` to its end, an ISO date down to it.
        head: articles of its first page at the last finished walk in order, by aid, or by path where that is not known.
        head_at: publication time of the newest of them; what is newer may be known from a walk that was cut short.
        state: ``open``, ``closed``, or what else bars it.
        seen_at: when this was seen; aware.
        listed: articles that its list held at the end of the last whole walk.
        end: what the page after the last one was then: ``empty`` (that was all), ``repeats`` (the list is cut off, how
            many there are is not known), None if nothing proves either.
        walked_at: when the run began whose walk of it last came to an end; aware.
        swept_to: the page that the slow sweep reads next.
        swept_at: when it read one last; aware.
    """

    key: str
    catid: int | None = None
    name: str | None = None
    url: str | None = None
    folder: str | None = None
    parent_key: str | None = None
    pages: int | None = None
    per_page: int | None = None
    complete_to: str | None = None
    head: Sequence[int | str] = ()
    head_at: datetime | None = None
    state: str = "open"
    seen_at: datetime | None = None
    listed: int | None = None
    end: str | None = None
    walked_at: datetime | None = None
    swept_to: int | None = None
    swept_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """What a record of the archive carries, and what names that record.

    Attributes:
        digest: SHA-256 of the payload.
        url: the record's ``WARC-Target-URI``.
        date: its ``WARC-Date``, to the letter.
    """

    digest: bytes
    url: str
    date: str


@dataclass(frozen=True, slots=True)
class WarcFile:
    """A file of the archive.

    Attributes:
        seq: number of its row; 0 before there is one.
        run: `Run.seq` of the run that wrote it.
        run_id: that run's id.
        number: of the file within the run, from 1.
        length: bytes that are committed.
        records: responses that are, revisits included.
        revisits: those of them whose payload an earlier record has.
        state: ``writing``, or ``closed`` and under its own name.
    """

    seq: int
    run: int
    run_id: str
    number: int
    length: int = 0
    records: int = 0
    revisits: int = 0
    state: str = "writing"

    @property
    def name(self) -> str:
        """Of the file, once it is closed."""
        return f"{self.run_id}-{self.number:05}.warc.gz"


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A picture or a file that articles show or offer.

    Attributes:
        key: what names it for ever.
        url: at which it was last asked for, or would have been.
        aid: the article that asked for it then.
        seen_at: when that was; aware.
        sha256: of its content, hex; None if it is not here.
        extension: of the name under which the content is kept.
        size: bytes.
        name: what its server calls it, where it does.
        etag: by which its server knows this content, as sent.
        last_modified: when its server says that it was changed, as sent.
        reason: why its content is not here, a short name; empty if it is.
    """

    key: str
    url: str
    aid: int
    seen_at: datetime
    sha256: str | None = None
    extension: str | None = None
    size: int | None = None
    name: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a unit under way ended, with everything that must be remembered together with it.

    Attributes:
        unit: as `take` gave it.
        state: ``failed`` comes back after a while, and turns into ``skipped`` when its tries are used up.
        reason: a short name, one of few: they are counted one by one.
        line: one JSON line with its line feed, for the run's JSON Lines; not with ``failed``.
        article: what to remember of the record; not with ``failed``.
        found: units that it names.
        categories: categories that it tells of; each replaces what was known of it.
        kept: what of the unit's payload comes back with it when it is fetched again; JSON-able, with ``done`` only.
    """

    unit: Unit
    state: Settled
    reason: str = ""
    line: bytes | None = None
    article: ArticleRow | None = None
    found: Sequence[Found] = ()
    categories: Sequence[Category] = ()
    kept: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.state == "failed" and (self.line is not None or self.article is not None):
            raise ValueError(f"{self.unit.key}: a unit that failed comes back, its record would be written twice")
        if self.line is not None and (self.line.count(b"\n") != 1 or not self.line.endswith(b"\n")):
            raise ValueError(f"{self.unit.key}: a record is one line that ends with a line feed")
        if self.article is not None and self.article.key != self.unit.key:
            raise ValueError(f"{self.unit.key}: its outcome brings the article row of {self.article.key}")


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a job on this site.

    Attributes:
        seq: the store's own number of it; grows with time.
        run_id: ``20261123T140102Z-portal``: unique, sorts by time.
        job: spider and normalised arguments; only the same job goes on with a run.
        spider: the spider's name.
        adopts: also fetches articles that earlier runs left todo or failed.
        started_at: when it first began; aware.
        resumed: whether this process goes on with what an earlier one began.
    """

    seq: int
    run_id: str
    job: str
    spider: str
    adopts: bool
    started_at: datetime
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One JSON Lines file of a run.

    Attributes:
        seq: the store's own number of it.
        run: `Run.seq`.
        run_id: `Run.run_id`.
        number: 1 for the run's first part.
        length: bytes that are committed; a longer file holds a batch that was not.
        records: lines within `length`.
        state: ``writing``, ``publishing`` (to `target`, perhaps there already), ``published``, ``quarantined`` (held
            back by the gate), ``rejected`` (removed after that).
        opened_at: when its first batch was written; aware.
        target: path below the site's folder that it goes to; empty until that is decided.
        sha256: of the whole file, hex, once it is complete.
        published_at: aware.
        position: its place among the published parts, in the order of publication.
        accepted_at: when it was published although the gate had held it back; aware.
        metrics: what the gate measured of it, None if there was no gate.
        reasons: why the gate held it back.
    """

    seq: int
    run: int
    run_id: str
    number: int
    length: int
    records: int
    state: PartState
    opened_at: datetime
    target: str = ""
    sha256: str | None = None
    published_at: datetime | None = None
    position: int | None = None
    accepted_at: datetime | None = None
    metrics: Mapping[str, Any] | None = None
    reasons: Sequence[str] | None = None

    @property
    def name(self) -> str:
        """Its file name once published: ``20261123T140102Z-portal-0001.jsonl``."""
        return f"{self.run_id}-{self.number:04}.jsonl"


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A part that the gate held back, by its file name, and why."""

    name: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Released:
    """What `release` published: lines, lines left out since their articles were fetched again, paths of the files."""

    records: int
    dropped: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rejected:
    """What `reject` removed: lines, and the paths of the files below the site's folder."""

    records: int
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunInfo:
    """A run as a reader sees it; `stats`, `ended_at` and `exit_code` are None until it ends."""

    seq: int
    run_id: str
    job: str
    spider: str
    state: RunState
    started_at: datetime
    ended_at: datetime | None
    exit_code: int | None
    stats: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Holding:
    """How many articles have a record, by their own category (None: not known) and status."""

    catid: int | None
    status: str
    articles: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a run did to how many articles of a category (None: not known)."""

    catid: int | None
    what: What
    articles: int


@dataclass(frozen=True, slots=True)
class Unrecorded:
    """How many units named by a category's list (None: by no list) are not done, and why."""

    catid: int | None
    kind: UnitKind
    state: UnitState
    reason: str
    units: int


@dataclass(frozen=True, slots=True)
class Due:
    """How many articles are to be looked at again by now, and how many that failed are to be tried again."""

    again: int
    failed: int


@dataclass(frozen=True, slots=True)
class Count:
    """How many units are in one state for one reason."""

    kind: UnitKind
    state: UnitState
    reason: str
    units: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How the units stand: those of the current run, and all that the store knows."""

    run: tuple[Count, ...]
    total: tuple[Count, ...]


def units_in(counts: Sequence[Count], *, kind: UnitKind | None = None, state: UnitState | None = None) -> int:
    """Add up how many units are of a kind and in a state; None stands for any.

    >>> units_in([Count("article", "skipped", "robots", 2), Count("article", "done", "", 40)], state="skipped")
    2
    """
    return sum(c.units for c in counts if kind in (None, c.kind) and state in (None, c.state))
