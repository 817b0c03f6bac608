"""What is remembered of an article that was looked at, whatever the look brought. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from crawler.spiders.revisits import is_gone, next_look, next_search
from crawler.store import ArticleRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.items import Article
    from crawler.store import Known

NAMES = tuple(field.name for field in fields(ArticleRow))


@dataclass(frozen=True, slots=True)
class Look:
    """A look at an article.

    Attributes:
        now: when; aware.
        days: the last age at which an article is looked at again (``DISCUZ_REVISIT_DAYS``).
        known: its last record, None without one.
        listed_at: when a list says that it was published, for a page that does not print it; aware.
    """

    now: datetime
    days: int
    known: Known | None = None
    listed_at: datetime | None = None

    @property
    def is_young(self) -> bool:
        """Whether an article that has a record has not been known for long: its date may be another one tomorrow."""
        return self.known is not None and self.now - self.known.first_seen < timedelta(days=self.days)

    def next(self, published: str | None) -> datetime | None:
        """Say when the next look is due of an article that was published then, ISO 8601 with offset."""
        moment = datetime.fromisoformat(published) if published else self.listed_at
        return next_look(moment, self.known.first_seen if self.known else self.now, self.now, self.days)


def row_read(
    item: Article, key: str, look: Look, extractor: int, validators: Mapping[str, Any] | None = None
) -> ArticleRow:
    """Say what is remembered of an article that was read.

    Its revision is still the one that is known: whether the record is another one is not decided here.

    Args:
        item: the record.
        key: canonical key of the article.
        look: the look that brought it.
        extractor: the stamp of what it was read with.
        validators: by which to ask next time whether it has changed.
    """
    known = look.known
    before = known.last_comment_id if known else None
    numbers = [comment.id for comment in item.comments or ()]
    next_at = look.next(item.date_published)
    return ArticleRow(
        key=key,
        aid=item.discuz.aid,
        content_hash=item.content_hash,
        revision=known.revision if known else 1,
        date_published=item.date_published,
        catid=item.discuz.catid,
        comment_count=item.comment_count,
        # Comments that were taken down, or are not read any more, are not new when they come again.
        last_comment_id=max([*numbers, *([before] if before is not None else [])], default=None),
        next_at=next_at,
        extractor=extractor,
        comment_ids=_written(known, numbers, complete=bool(item.comments_complete))
        if next_at or look.is_young
        else None,
        validators=validators,
    )


def _written(known: Known | None, numbers: Iterable[int], *, complete: bool) -> tuple[int, ...] | None:
    """Give the ids of the comments that are written once a reading is; None if those of before are not known.

    Args:
        known: the article's last record.
        numbers: ids of the comments that were read.
        complete: whether these are all that the site shows: what was written before is among them, or taken down.
    """
    if known is None or known.comment_ids is not None:
        return tuple(sorted({*numbers, *(known.comment_ids or () if known else ())}))
    return tuple(sorted(numbers)) if complete or known.last_comment_id is None else None


def row_same(look: Look) -> ArticleRow:
    """Say what is remembered of an article that has not changed, as its server says: all that was.

    Args:
        look: the look that found it so; the article is known.
    """
    known = look.known
    assert known is not None
    next_at = look.next(known.date_published)
    after: dict[str, Any] = {"next_at": next_at, "missing_since": None, "missing_times": 0}
    if not (next_at or look.is_young):
        after["comment_ids"] = None
    return ArticleRow(**_kept(known) | after)


def row_elsewhere(item: Article, key: str, look: Look, catid: int | None = None) -> ArticleRow:
    """Say what is remembered of an article whose address leads elsewhere: where to, in place of what it says.

    Args:
        item: the record.
        key: canonical key of the article.
        look: the look that brought it.
        catid: the category that a list names it in: its own page tells of none.
    """
    there = hashlib.sha256((item.moved_to or "").encode("utf-8", "surrogatepass")).hexdigest()
    known: dict[str, Any] = _kept(look.known) if look.known else {"key": key, "aid": item.discuz.aid, "catid": catid}
    return ArticleRow(
        **known
        | {
            "status": "moved",
            "content_hash": there,
            "extractor": None,
            "next_at": look.next(look.known.date_published if look.known else None),
            "missing_since": None,
            "missing_times": 0,
        }
    )


def row_missing(look: Look) -> ArticleRow:
    """Say what is remembered of an article that has a record and is not there: it is gone, or is looked for again.

    Args:
        look: the look that did not bring it; the article is known.
    """
    known = look.known
    assert known is not None
    if known.status == "gone":
        return ArticleRow(**_kept(known))
    times, since = known.missing_times + 1, known.missing_since or look.now
    after: dict[str, Any] = {"next_at": _search(look, times, since)}
    if is_gone(times, since, look.now):
        after = {"status": "gone", "content_hash": None, "extractor": None, "next_at": None}
    return ArticleRow(**_kept(known) | after | {"missing_since": since, "missing_times": times})


def row_kept(look: Look) -> ArticleRow:
    """Say what is remembered of an article that has a record and cannot be read: what was, and when to try again.

    Args:
        look: the look that did not bring it; the article is known.
    """
    known = look.known
    assert known is not None
    if known.status == "gone":
        return ArticleRow(**_kept(known))
    since = known.missing_since
    due = _search(look, known.missing_times, since) if since else look.next(known.date_published)
    return ArticleRow(**_kept(known) | {"next_at": due})


def _search(look: Look, times: int, since: datetime) -> datetime:
    """When an article that is missing is looked for, which is sooner where its age alone says so."""
    search = next_search(times, since, look.now)
    return min(search, look.next(look.known.date_published) or search) if look.known else search


def _kept(known: Known) -> dict[str, Any]:
    return {name: getattr(known, name) for name in NAMES}
