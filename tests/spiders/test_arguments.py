"""Spider arguments: what is taken, and what is said about the rest."""

from datetime import date
from pathlib import Path

import pytest

from crawler.errors import UsageError
from crawler.spiders.arguments import Arguments, job_of, parse

TODAY = date(2026, 11, 23)
ALL = frozenset({"category", "from_date", "until_date", "sweep", "limit", "url", "aid", "file"})


def given(**values: str) -> Arguments:
    return parse("backfill", ALL, {"site": "demo", **values}, TODAY)


def test_nothing_but_the_site_is_needed() -> None:
    assert given() == Arguments(site="demo")


@pytest.mark.parametrize(
    ("name", "value", "attribute", "expected"),
    [
        ("category", "3, 新闻,/news/", "category", ("3", "新闻", "/news/")),
        ("from_date", "2026-01-31", "from_date", date(2026, 1, 31)),
        ("from_date", "30d", "from_date", date(2026, 10, 24)),
        ("from_date", "99999d", "from_date", date(1753, 2, 8)),
        ("until_date", "0d", "until_date", TODAY),
        ("limit", "5", "limit", 5),
        ("aid", "12,40-42,41", "aid", (12, 40, 41, 42)),
        ("url", "http://a/1,http://a/2", "url", ("http://a/1", "http://a/2")),
        ("dry_run", "1", "dry_run", True),
        ("dry_run", "no", "dry_run", False),
        ("if_running", "ok", "if_running_ok", True),
        ("retry", "skipped", "retry_skipped", True),
        ("sweep", "on", "sweep", "on"),
    ],
)
def test_a_value_is_read(name: str, value: str, attribute: str, expected: object) -> None:
    assert getattr(given(**{name: value}), attribute) == expected


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("from_date", "yesterday", "from_date='yesterday' is no date: give one as in 2026-01-31"),
        ("from_date", "2026-02-30", "is no date"),
        ("from_date", "2026-11-25", "from_date='2026-11-25' lies in the future"),
        ("limit", "0", "limit='0' is no number of articles"),
        ("limit", "-3", "is no number of articles"),
        ("category", " , ", "is empty"),
        ("aid", "12-", "which is no article number"),
        ("aid", "9-3", "give the smaller number first"),
        ("aid", "0", "give the smaller number first"),
        ("aid", "1-2000000", "names more than 1,000,000 articles"),
        ("dry_run", "maybe", "is neither yes nor no"),
        ("if_running", "wait", "is not known: give ok"),
        ("retry", "all", "is not known: give skipped"),
        ("sweep", "yes", "is not known: give auto, on"),
        ("colour", "red", "the spider backfill takes no argument 'colour', only aid, category"),
    ],
)
def test_a_bad_value_is_told_with_its_mend(name: str, value: str, words: str) -> None:
    with pytest.raises(UsageError) as error:
        given(**{name: value})
    assert f"{name}={value!r}" in str(error.value)
    assert words in str(error.value)


def test_dates_that_contradict_each_other_are_told() -> None:
    with pytest.raises(UsageError, match=r"from_date='2026-03-01' comes after until_date='2026-02-01'"):
        given(from_date="2026-03-01", until_date="2026-02-01")


def test_a_site_further_east_may_have_begun_tomorrow() -> None:
    assert given(from_date="2026-11-24").from_date == date(2026, 11, 24)


def test_the_site_must_be_given() -> None:
    with pytest.raises(UsageError, match="site is missing"):
        parse("portal", frozenset(), {}, TODAY)


def test_a_file_names_articles_by_number_and_address(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text("# mine\n12\n\n40-41\nhttp://a/portal.php?mod=view&aid=9\n", encoding="utf-8")
    asked = given(file=str(path))
    assert (asked.aid, asked.url) == ((12, 40, 41), ("http://a/portal.php?mod=view&aid=9",))


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), ("# nothing\n", "names no article")])
def test_a_file_that_names_nothing_is_told(tmp_path: Path, content: str | None, words: str) -> None:
    path = tmp_path / "urls.txt"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=words):
        given(file=str(path))


def test_a_job_is_its_spider_and_its_arguments_whatever_their_order_and_spaces() -> None:
    one = job_of("backfill", {"site": "demo", "category": "3, 5", "from_date": "30d"})
    other = job_of("backfill", {"from_date": "30d", "category": "3,5", "site": "https://x/", "if_running": "ok"})
    assert one == other
    assert one != job_of("backfill", {"category": "3,5", "from_date": "30d", "retry": "skipped"})
    assert one != job_of("backfill", {"category": "3"})
    assert one != job_of("portal", {"category": "3,5", "from_date": "30d"})


def test_what_scrapyd_adds_is_no_part_of_it() -> None:
    given = {"site": "demo", "_job": "81ab2e9a", "_version": "r23"}
    assert parse("portal", frozenset(), given, TODAY).site == "demo"
    assert job_of("portal", given) == job_of("portal", {"site": "demo"}) == "portal {}"


def test_a_job_keeps_no_password() -> None:
    job = job_of("article", {"url": "http://me:s3cret@example.com/a.html, https://me:s3@cret@example.com/b.html"})
    assert job == 'article {"url":"http://***@example.com/a.html,https://***@example.com/b.html"}'
