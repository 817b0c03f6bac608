"""What a probe found, as tables for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.errors import ExitCode
from crawler.extensions.sheet import Row, Section
from crawler.probe.fields import BODY, EVERY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.extensions.sheet import Mood
    from crawler.probe.findings import Category, FieldRead, Findings

TOLD = {
    "bom": "told by its byte order mark",
    "header": "told by the server",
    "xml": "told by the page",
    "meta": "told by the page",
    "detected": "not told, but its bytes show it",
    "default": "not told, assumed",
    "profile": "told by the profile",
    "footer": "told by the footer",
    "links": "learned from the links",
}


def sections(findings: Findings) -> list[Section]:
    """Give the tables, the most important first."""
    verdict = findings.verdict
    title = " · ".join(filter(None, [findings.program.site_name, findings.url]))
    overview = [Row(("verdict", verdict.state), "good" if verdict.exit_code == ExitCode.OK else "bad")]
    overview += [Row((name, value)) for name, value in _overview(findings) if value]
    return [
        Section(title, overview),
        Section("Categories", list(_categories(findings)), ("catid", "pages", "articles", "state", "name")),
        Section("In the way", [Row((met.what, met.why, met.text or met.url), "bad") for met in findings.met]),
        Section(
            "Articles that were read", list(_articles(findings)), ("aid", "published", "pages", "read as", "headline")
        ),
        Section("Their fields", list(_fields(findings)), ("field", "given", "by which rule")),
        Section("If it prints these all the same: lines for its profile", [Row((line,)) for line in mends(findings)]),
    ]


def _overview(findings: Findings) -> Iterator[tuple[str, str]]:
    program, addresses, zone, lists = findings.program, findings.addresses, findings.time_zone, findings.lists
    yield "to crawl it", findings.verdict.command or ""
    yield "profile", findings.profile or ""
    parts = [program.generator, program.template and f"template {program.template}"]
    yield "program", ", ".join(filter(None, [*parts, program.language and f"interface in {program.language}"]))
    yield "charset", f"{program.charset}, {TOLD.get(program.charset_source or '', '')}" if program.charset else ""
    style = ", ".join(f"{kind} as {rule}" for kind, rule in addresses.rules.items()) or "dynamic"
    example = f", as in {addresses.article}" if addresses.article else ""
    yield "addresses", f"{style}, {TOLD[addresses.source]}{example}" if addresses.source else ""
    yield "time zone", f"{zone.offset}, {TOLD[zone.source]}" if zone.source else ""
    if lists.articles is not None:
        about = "about" if lists.complete else "at least"
        yield "lists", f"{about} {lists.articles:,} articles on {lists.pages:,} pages"
        oldest = f"the last article of page {lists.deep_page} is of {lists.oldest}; " if lists.deep_page else ""
        beyond = {"empty": "is empty", "repeats": "is the last one again"}
        yield "their end", f"{oldest}a page beyond the last {beyond.get(lists.beyond_last or '', lists.beyond_last)}"
    yield "feed", _feed(findings)
    comments = findings.comments
    if comments.url:
        where = {"comments": "on pages of their own", "thread": "in a forum thread", "blog": "in a blog"}
        got = f"{comments.entries} on the first of {comments.pages} pages"
        yield "comments", f"{where[comments.kind or 'comments']}: {got if comments.state == 'open' else comments.state}"
    yield "robots.txt", _robots(findings)
    pace = findings.pace
    if pace.median is not None:
        quick = f"half of the answers within {pace.median:g} s, the slowest took {pace.slowest:g} s"
        yield "pace", f"{pace.requests} requests, {quick}; a delay of {pace.suggested:g} s suits it"


def _feed(findings: Findings) -> str:
    feed = findings.feed
    told = {"on": f"on, with {feed.articles} articles", "off": "off", "empty": "on, just emptied"}
    return told.get(feed.state or "", feed.state or "")


def _robots(findings: Findings) -> str:
    robots = findings.robots
    if not robots.allowed:
        return f"answers {robots.status}" if robots.status else ""
    if robots.status is not None and robots.status >= 400:
        return f"there is none ({robots.status})"
    yes = ", ".join(name for name, allowed in robots.allowed.items() if allowed) or "nothing"
    no = ", ".join(name for name, allowed in robots.allowed.items() if not allowed)
    delay = f"; asks for {robots.crawl_delay:g} s between two requests" if robots.crawl_delay else ""
    return f"allows {yes}{f'; forbids {no}' if no else ''}{delay}"


def _categories(findings: Findings) -> Iterator[Row]:
    for one in findings.categories:
        indent = "  " * _depth(one, findings)
        mood: Mood = "plain" if one.state in {"open", "front_page"} else "dim" if one.state == "not_read" else "bad"
        number = "-" if one.catid is None else str(one.catid)
        pages, articles = ("-" if count is None else f"{count:,}" for count in (one.pages, one.articles))
        state = one.state.replace("_", " ")
        folder = f"  /{one.folder}/" if one.folder else ""
        yield Row((number, pages, articles, state, f"{indent}{one.name}{folder}"), mood)


def _depth(one: Category, findings: Findings) -> int:
    by_url = {category.url: category for category in findings.categories}
    seen = {one.url}
    while one.parent in by_url and one.parent not in seen:
        seen.add(one.parent)
        one = by_url[one.parent]
    return len(seen) - 1


def _articles(findings: Findings) -> Iterator[Row]:
    for one in findings.articles:
        pages = f"{one.pages}, but not the second" if one.second_page is False else str(one.pages)
        yield Row((str(one.aid), one.date_published or "-", pages, one.extractor, one.headline or "-"))


def _fields(findings: Findings) -> Iterator[Row]:
    for one in filter(lambda one: one.of, findings.fields):
        mood: Mood = "bad" if one.name in EVERY else "dim" if not one.given else "plain"
        mood = "good" if one.given == one.of else mood
        yield Row((one.name, f"{one.given} of {one.of}", "; ".join(one.rules) or "-"), mood)


def mends(findings: Findings) -> Iterator[str]:
    """Give the lines of TOML that say where missing fields stand.

    A field that some articles have may be missing in others because they have none; of one that none has, only a
    person can tell.
    """
    if any(one.extractor == "generic" for one in findings.articles):
        yield f"{BODY}  # article_body: what it is without this line is a guess"
    missing: dict[str, list[FieldRead]] = {}
    for one in findings.fields:
        if one.mend and one.of and (not one.given or (one.name in EVERY and one.given < one.of)):
            missing.setdefault(one.mend, []).append(one)
    for line, fields in missing.items():
        names = ", ".join(one.name for one in fields)
        yield f"{line}  # {names}: {fields[0].given} of {fields[0].of} articles gave it"
