"""What is said to be missing, and what proves it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.completeness import OPEN, Row, measure, measure_store, rest_of
from crawler.store import Category, Change, Found, Holding, Outcome, Unrecorded, open_store
from tests.store.helpers import START, Clock, article, ended

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.completeness import Account

WALKED = datetime(2026, 3, 1, tzinfo=UTC)


def category(catid: int, parent: int | None = None, **values: Any) -> Category:
    """A category; a top one was walked to its end, and proved to have 40 articles on 3 pages."""
    walked = {
        "pages": 3,
        "per_page": 15,
        "complete_to": "",
        "end": "empty",
        "listed": 40,
        "walked_at": WALKED,
        "seen_at": WALKED,
    }
    above = {"parent_key": str(parent)} if parent else walked
    return Category(key=str(catid), catid=catid, **{"name": f"name {catid}", **above, **values})


def skipped(catid: int | None, reason: str, units: int = 1) -> Unrecorded:
    return Unrecorded(catid, "article", "skipped", reason, units)


def failed(catid: int | None, units: int = 1) -> Unrecorded:
    return Unrecorded(catid, "article", "failed", "http_502", units)


def row(account: Account, catid: int | None) -> Row:
    [found] = [row for row in account.rows if row.catid == catid]
    return found


ALL = [Holding(3, "published", 38), Holding(3, "gone", 2), Holding(3, "moved", 1)]


@pytest.mark.parametrize(
    ("unrecorded", "missing"),
    [
        ([], 0),
        ([skipped(3, "missing_article")], 0),
        ([skipped(3, "robots"), skipped(3, "closed_category"), skipped(3, "not_asked", 4), skipped(3, "moved")], 0),
        ([failed(3, 2)], 2),
        ([Unrecorded(3, "article", "todo", "", 5)], 5),
        ([Unrecorded(3, "article", "todo", "quarantined", 7)], 7),
        ([skipped(3, "http_502")], 1),
        ([skipped(3, "no_output"), failed(3)], 2),
        ([Unrecorded(3, "listing", "todo", "", 1)], 0),
    ],
)
def test_what_is_missing_where_it_is_proved(unrecorded: Sequence[Unrecorded], missing: int) -> None:
    account = measure([category(3)], ALL, [], unrecorded)
    found = row(account, 3)
    assert (found.missing, found.known, found.as_of) == (missing, 41, WALKED)
    assert "name 3 was read to its end" in found.why
    assert account.total.missing == missing


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"end": "repeats"}, "its list repeats page 3 for every page beyond: what lies behind is not known"),
        ({"end": "repeats", "pages": None}, "its list repeats its last page for"),
        ({"end": None}, "nobody looked behind the last page of its list"),
        ({"complete_to": None, "end": None}, "its list was not walked to its end"),
        ({"complete_to": "2024-01-01"}, "its list was walked back to 2024-01-01 only"),
        ({"state": "closed"}, "its list is closed"),
        ({"state": "moved"}, "its address leads elsewhere"),
        ({"state": "robots"}, "its list is not open to us (robots)"),
        ({"state": "missing_category"}, "the site says that there is no such category"),
        ({"pages": 4, "per_page": 15}, "its list has at least 46 articles, and 39 are accounted for"),
    ],
)
def test_nothing_is_said_to_be_missing_or_not_without_a_proof(values: dict[str, Any], why: str) -> None:
    account = measure([category(3, **values)], ALL, [], [])
    found = row(account, 3)
    assert (found.missing, account.total.missing) == (None, None)
    assert why in found.why
    assert f"name 3 ({found.why})" in account.total.why


def test_a_page_that_could_not_be_read_is_no_proof() -> None:
    found = row(measure([category(3)], ALL, [], [Unrecorded(3, "listing", "failed", "http_502", 2)]), 3)
    assert (found.missing, found.why) == (None, "2 pages of its list could not be read")


def test_what_lies_in_no_known_category_fills_a_gap() -> None:
    categories = [category(3, pages=4)]
    held = [*ALL, Holding(None, "published", 5), Holding(77, "published", 2)]
    account = measure(categories, held, [], [])
    assert row(account, 3).missing == 0
    assert row(account, None).held == {"published": 7}


@pytest.mark.parametrize(
    ("pages", "per_page", "listed", "end", "articles", "exact"),
    [
        (3, 15, 40, "empty", 40, True),
        (3, 15, 40, None, 40, False),
        (3, 15, None, None, 45, False),
        (4, 15, 40, "empty", 60, False),  # it has grown since
        (2, 15, 40, "empty", 30, False),  # and this one has shrunk
        (1, None, 7, "empty", 7, True),
        (1, None, None, None, None, False),
        (None, None, None, None, None, False),
    ],
)
def test_what_a_list_says(
    pages: int | None, per_page: int | None, listed: int | None, end: str | None, articles: int | None, exact: bool
) -> None:
    given = category(3, pages=pages, per_page=per_page, listed=listed, end=end)
    says = row(measure([given], [], [], []), 3).says
    assert (says.articles, says.is_exact) == (articles, exact)


def test_the_list_above_speaks_for_those_below() -> None:
    tree = [category(1), category(2, 1), category(4, 2), category(9, end=None)]
    held = [Holding(1, "published", 20), Holding(2, "published", 9), Holding(4, "published", 11)]
    account = measure(tree, held, [Change(4, "new", 3), Change(2, "changed", 1)], [])
    assert [(one.catid, one.depth, one.known, one.missing) for one in account.rows] == [
        (1, 0, 40, 0),
        (2, 1, 20, 0),
        (4, 2, 11, 0),
        (9, 0, 0, None),
    ]
    assert row(account, 4).why == "the list of name 1 was read to its end"
    assert (row(account, 1).run, row(account, 2).run) == ({"new": 3, "changed": 1}, {"new": 3, "changed": 1})
    assert (row(account, 2).says.articles, account.total.missing) == (None, None)


def test_an_article_that_failed_may_lie_in_any_category_below() -> None:
    tree = [category(1), category(2, 1), category(5, 1, complete_to="", end="empty", listed=3)]
    account = measure(tree, [Holding(2, "published", 39)], [], [failed(1), failed(5)])
    assert (row(account, 1).missing, row(account, 2).missing, row(account, 5).missing) == (2, None, None)
    assert row(account, 2).why == "1 article not read that the list above names may lie in it"


def test_a_list_below_one_that_is_cut_off_speaks_for_itself() -> None:
    tree = [category(1, end="repeats"), category(2, 1, complete_to="", end="empty", listed=3), category(4, 1)]
    account = measure(tree, [Holding(2, "published", 3)], [], [])
    assert (row(account, 1).missing, row(account, 2).missing, row(account, 4).missing) == (None, 0, None)
    assert "repeats page 3" in row(account, 4).why


def test_what_a_profile_does_not_ask_for_is_not_said_to_be_complete() -> None:
    held = [Holding(2, "published", 40), Holding(3, "published", 1)]
    account = measure([category(1), category(2, 1), category(3)], held, [], [], only=[2])
    assert [(one.catid, one.missing) for one in account.rows] == [(1, 0), (2, 0), (3, None)]
    assert row(account, 3).why == "the profile does not ask for it"
    assert (account.total.missing, account.total.known, account.unproved) == (0, 41, [])


def test_categories_above_each_other_are_no_tree() -> None:
    tree = [category(1, parent_key="2"), category(2, parent_key="1"), category(3, parent_key="3"), category(4, 1)]
    account = measure(tree, [Holding(1, "published", 40)], [], [])
    assert sorted(one.catid or 0 for one in account.rows if not one.depth) == [1, 2, 3]
    assert account.total.known == 40


def test_what_lies_nowhere_is_never_said_to_be_complete() -> None:
    account = measure([category(3)], ALL, [], [failed(None), skipped(None, "missing_article", 9)])
    assert (row(account, None).missing, row(account, None).open) == (None, 1)
    assert (row(account, 3).missing, account.total.missing) == (0, 1)


def test_a_store_without_categories_proves_nothing() -> None:
    account = measure([], [], [], [])
    assert (account.rows, account.total.missing, account.total.why) == ([], None, "no category is known")


def test_the_report_has_everything() -> None:
    report = measure([category(3)], ALL, [Change(3, "gone", 2)], [failed(3)]).as_dict()
    assert report["categories"] == [
        {
            "catid": 3,
            "name": "name 3",
            "parent": None,
            "says": {
                "pages": 3,
                "per_page": 15,
                "at_least": 31,
                "at_most": 45,
                "listed": 40,
                "end": "empty",
                "seen_at": WALKED,
                "articles": 40,
                "exact": True,
            },
            "known": 41,
            "published": 38,
            "gone": 2,
            "moved": 1,
            "run": {"gone": 2},
            "without_record": {"failed": 1},
            "as_of": WALKED,
            "asked": True,
            "missing": 1,
            "why": "the list of name 3 was read to its end, and all but 1 accounted for",
        }
    ]
    assert report["total"]["missing"] == 1


def test_a_unit_without_a_record_has_one_reason() -> None:
    assert rest_of("todo", "") == "waiting"
    assert rest_of("skipped", "challenge") == "walled"
    assert rest_of("skipped", "not_discuz") == "unreachable"


def test_what_is_looked_at_again_is_not_missing(tmp_path: Path) -> None:
    """Its unit is to do, but it has a record."""
    with open_store(tmp_path, clock=Clock()) as store:
        run = store.begin("job", "portal", START)
        store.save_category(category(3, pages=1, per_page=None, listed=3))
        store.add([article(1, catid=3), article(2, catid=3), article(4, catid=3)])
        for unit in store.take(9):
            if unit.number == 1:
                store.finish(ended(unit))
            else:
                store.finish(Outcome(unit, "skipped", "robots" if unit.number == 2 else "http_502"))
        store.flush()
        store.add([Found(key="article/1", kind="article", number=1, refresh=True)])
        account = measure_store(store, run.seq)
        store.end("interrupted", 8)
    assert row(account, 3).rest == {"walled": 1, "unreachable": 1}
    assert (row(account, 3).missing, row(account, None).run) == (1, {"new": 1})


# --- whatever a store holds ---

CATIDS = st.one_of(st.none(), st.integers(1, 7))
CATEGORIES: st.SearchStrategy[dict[int, dict[str, Any]]] = st.dictionaries(
    st.integers(1, 6),
    st.builds(
        dict,
        parent_key=st.one_of(st.none(), st.integers(1, 7).map(str), st.just("@folder")),
        pages=st.one_of(st.none(), st.integers(1, 5)),
        per_page=st.one_of(st.none(), st.integers(1, 10)),
        complete_to=st.sampled_from([None, "", "2024-01-01"]),
        listed=st.one_of(st.none(), st.integers(0, 60)),
        end=st.sampled_from([None, "empty", "repeats"]),
        state=st.sampled_from(["open", "open", "open", "closed"]),
    ),
)
NUMBERS = st.integers(1, 50)
HOLDINGS = st.lists(st.builds(Holding, CATIDS, st.sampled_from(["published", "gone", "moved"]), NUMBERS))
CHANGES = st.lists(st.builds(Change, CATIDS, st.sampled_from(["new", "changed", "gone", "unchanged"]), NUMBERS))
REASONS = st.sampled_from(["", "robots", "http_502", "missing_article", "not_asked", "quarantined"])
UNRECORDED = st.lists(
    st.builds(
        Unrecorded,
        CATIDS,
        st.sampled_from(["article", "article", "listing"]),
        st.sampled_from(["todo", "failed", "skipped"]),
        REASONS,
        NUMBERS,
    )
)


@given(CATEGORIES, HOLDINGS, CHANGES, UNRECORDED)
def test_sums_agree_and_nothing_is_complete_without_proof(
    given: dict[int, dict[str, Any]],
    holdings: list[Holding],
    changes: list[Change],
    unrecorded: list[Unrecorded],
) -> None:
    known = {catid: Category(key=str(catid), catid=catid, **values) for catid, values in given.items()}
    account = measure(known.values(), holdings, changes, unrecorded)
    tops = [one for one in account.rows if not one.depth]
    articles = [one for one in unrecorded if one.kind == "article"]
    assert sum(one.known for one in tops) == account.total.known == sum(one.articles for one in holdings)
    assert account.total.run == {
        what: sum(change.articles for change in changes if change.what == what) for what in {c.what for c in changes}
    }
    assert sum(account.total.rest.values()) == sum(one.units for one in articles)
    assert sorted(one.catid for one in account.rows if one.catid is not None) == sorted(known)
    still = {one.catid for one in articles if rest_of(one.state, one.reason) in OPEN}
    for one in account.rows:
        children = [other for other in account.rows if other.parent == one.catid and one.catid is not None]
        assert one.known >= sum(child.known for child in children)
        assert one.open >= sum(child.open for child in children)
        assert one.why
        assert one.missing in {None, one.open}
        if one.missing is None or one.catid is None:
            continue
        lists = [one.catid]
        while (above := row(account, lists[-1]).parent) is not None:
            lists.append(above)
        walked = [catid for catid in lists if (known[catid].end, known[catid].complete_to) == ("empty", "")]
        assert [catid for catid in walked if known[catid].state == "open"], "a list was walked to its proved end"
        assert not still.intersection(lists[1:]), "nothing that a list above names may lie here unread"
        if one.missing == 0:
            assert one.catid not in still
    if account.total.missing is not None:
        assert all(one.missing is not None for one in tops if one.catid is not None)
        assert account.total.missing == account.total.open


@given(CATEGORIES, HOLDINGS, UNRECORDED, st.integers(1, 6))
def test_more_that_failed_never_makes_it_look_more_complete(
    given: dict[int, dict[str, Any]], holdings: list[Holding], unrecorded: list[Unrecorded], catid: int
) -> None:
    known = [Category(key=str(number), catid=number, **values) for number, values in given.items()]
    before = measure(known, holdings, [], unrecorded)
    after = measure(known, holdings, [], [*unrecorded, failed(catid)])
    for one in before.rows:
        then = row(after, one.catid)
        assert then.missing != 0 or one.missing == 0 or _was_a_gap(one), "one more that failed proves nothing"


def _was_a_gap(one: Row) -> bool:
    """One that failed is accounted for: it may fill a gap between what a pager says and what is known."""
    return "accounted for" in one.why
