"""What is remembered of the comments of an article, so that each becomes a line once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from crawler.items import Article, Comment, Discuz, Provenance, SiteInfo
from crawler.spiders.remembering import Look, row_read
from crawler.store import Known

BORN = datetime(2026, 3, 5, 2, tzinfo=UTC)
DAY = timedelta(days=1)


def article(numbers: tuple[int, ...] | None, *, complete: bool = True, born: datetime = BORN) -> Article:
    return Article(
        id="x:12",
        url="http://www.example.com/",
        date_published=born.isoformat(),
        comments=None
        if numbers is None
        else [Comment(id=number, author=None, author_uid=None, date=None, text="") for number in numbers],
        comments_complete=complete,
        site=SiteInfo(name=None, host="www.example.com"),
        discuz=Discuz(aid=12),
        provenance=Provenance(None, None, 200, None, None, None),
    )


def known(last: int | None, ids: tuple[int, ...] | None) -> Known:
    return Known("article/12", 12, last_comment_id=last, comment_ids=ids, first_seen=BORN, last_seen=BORN)


@pytest.mark.parametrize(
    ("before", "read", "complete", "ids"),
    [
        (None, (3, 9), True, (3, 9)),
        (None, (3, 9), False, (3, 9)),  # what could not be read is not written
        (None, None, False, ()),
        (known(9, (3, 9)), (4, 12), False, (3, 4, 9, 12)),
        (known(9, (3, 9)), None, False, (3, 9)),
        (known(None, None), (3,), False, (3,)),
        (known(9, None), (9, 12), False, None),  # of a store that did not keep them
        (known(9, None), (3, 9, 12), True, (3, 9, 12)),
    ],
)
def test_whose_lines_are_written(
    before: Known | None, read: tuple[int, ...] | None, complete: bool, ids: tuple[int, ...] | None
) -> None:
    row = row_read(article(read, complete=complete), "article/12", Look(BORN + DAY, 30, before), 1)
    assert row.comment_ids == ids


def test_of_an_old_article_nothing_is_kept() -> None:
    old = article((3, 9), born=BORN - 90 * DAY)
    assert row_read(old, "article/12", Look(BORN, 30), 1).comment_ids is None
    assert row_read(old, "article/12", Look(BORN + 31 * DAY, 30, known(9, (3, 9))), 1).comment_ids is None


def test_a_young_one_that_was_dated_back_keeps_them_since_it_may_be_young_again() -> None:
    back = article((3, 9), born=BORN - 90 * DAY)
    row = row_read(back, "article/12", Look(BORN + DAY, 30, known(9, (3, 9))), 1)
    assert (row.next_at, row.comment_ids) == (None, (3, 9))
