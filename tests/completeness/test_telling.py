"""What a run says of completeness in its log and in its last line."""

from __future__ import annotations

from crawler.completeness import measure, missing_words, table
from crawler.store import Change, Holding, Unrecorded
from tests.completeness.test_measuring import ALL, category, failed, skipped


def test_a_run_without_news_says_one_line() -> None:
    account = measure([category(3)], ALL, [Change(3, "unchanged", 4)], [])
    assert table(account) == ["Completeness: 40 on the site, 41 known, nothing missing"]
    assert missing_words(account) == ""


def test_what_is_not_proved_is_named_with_the_reason() -> None:
    tree = [category(3), category(5, end="repeats"), category(7, state="closed"), category(8, state="closed")]
    account = measure(tree, [*ALL, Holding(5, "published", 45)], [], [])
    lines = table(account)
    known = "Completeness: 80+ on the site, 86 known, nothing missing that is known of"
    assert lines == [f"{known}; not proved for 3 categories, see the run's report"]
    more = measure(tree, [*ALL, Holding(5, "published", 45)], [Change(5, "new", 1)], [])
    why = "its list repeats page 3 for every page beyond: what lies behind is not known"
    assert table(more)[0] == known
    assert table(more)[-1] == f"  not proved for name 5 ({why}); name 7, name 8 (its list is closed)"


def test_news_and_what_is_missing_make_a_table() -> None:
    tree = [category(1, name="新闻"), category(2, 1, name="时政"), category(3, end="repeats"), category(6)]
    held = [*ALL, Holding(2, "published", 39), Holding(6, "published", 40)]
    changes = [Change(2, "new", 1200), Change(3, "changed", 1), Change(3, "comments", 2)]
    account = measure(tree, held, changes, [failed(1, 2), skipped(3, "http_502"), skipped(None, "robots", 3)])
    missing = "at least 3 missing (2 to be tried again, 1 not reachable; most in 新闻)"
    assert missing_words(account) == missing
    assert table(account) == [
        f"Completeness: 120+ on the site, 120 known, {missing}",
        "          site says  known    new  changed  gone  moved  to do  unreachable  missing",
        "  新闻           40     39  1,200        -     -      -      2            -        2",
        "    时政          -     39  1,200        -     -      -      -            -        ?",
        "  name 3        40+     41      -        3     2      1      -            1        ?",
        "  not proved for name 3 (its list repeats page 3 for every page beyond: what lies behind is not known)",
    ]


def test_what_the_profile_leaves_out_is_not_asked_for_and_not_missing() -> None:
    tree = [category(3), category(5, end="repeats")]
    account = measure(
        tree, [*ALL, Holding(5, "published", 4)], [Change(3, "new", 1), Change(5, "new", 1)], [], only=[3]
    )
    lines = table(account)
    assert lines[0] == "Completeness: 40 on the site, 45 known, nothing missing"
    assert [line.split()[-1] for line in lines[2:]] == ["0", "asked"]
    assert lines[-1].endswith(" not asked")


def test_a_site_of_many_categories_makes_no_long_table() -> None:
    tree = [category(number) for number in range(1, 31)]
    account = measure(
        tree, [Holding(n, "published", 40) for n in range(1, 31)], [Change(n, "new", 1) for n in range(1, 31)], []
    )
    lines = table(account)
    assert len(lines) == 1 + 1 + 20 + 1
    assert lines[-1] == "  and 10 more, in the run's report"


def test_the_last_line_names_what_is_missing() -> None:
    held = Unrecorded(3, "article", "todo", "quarantined", 1500)
    assert missing_words(measure([category(3)], ALL, [], [held, failed(3)])) == (
        "1,501 missing (1 to be tried again, 1,500 held back by the gate; most in name 3)"
    )
    assert missing_words(measure([], [], [], [failed(None)])) == (
        "1 missing (1 to be tried again; most in (no category))"
    )
