"""What follows from what a probe found: is the site ready to be crawled, and by which command."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.discuz.walls import Wall
from crawler.errors import ExitCode
from crawler.probe.fields import BODY, EVERY
from crawler.probe.findings import Verdict
from crawler.spiders.policy import KEEPS_OUT

if TYPE_CHECKING:
    from crawler.probe.findings import Findings, Met


def judge(findings: Findings) -> Verdict:
    """Give the verdict; its words name the site, and say what to do."""
    states = {one.state for one in findings.categories} - {"not_read"}
    if not findings.articles or (not states & {"open", "front_page"} and any(map(is_wall, states))):
        return _without_articles(findings)
    missing = [one for one in findings.fields if one.name in EVERY and one.given < one.of]
    verdict = Verdict(state="ready", exit_code=ExitCode.OK)
    named = findings.profile or findings.name == "demo"
    verdict.command = f"scrapy crawl portal -a site={findings.name if named else findings.url}"
    if not findings.lists.reachable and not findings.profile:
        # A crawl begins at home, then asks the feed; where both lead nowhere, a profile names the categories.
        verdict.command = f"scrapy probe {findings.url} --save && scrapy crawl portal -a site={findings.name}"
    lists, delay = findings.lists, findings.pace.delay
    size = "of an unknown number"
    if lists.articles is not None:
        about = "about" if lists.complete else "at least"
        verdict.hours = round((lists.articles + (lists.pages or 0)) * delay / 3600, 2)
        size = f"{about} {lists.articles:,} articles, {about} {hours(verdict.hours)} at {delay:g} s a request"
    if missing:
        verdict.state = "gaps"
        names = ", ".join(f"{one.name} ({one.given} of {one.of})" for one in missing)
        mends = "; ".join(one.mend for one in missing if one.mend)
        verdict.words = f"{findings.url} has gaps: {names}; say in its profile where they stand: {mends}"
    elif any(one.extractor == "generic" for one in findings.articles):
        verdict.state = "generic"
        verdict.words = f"{findings.url} has an unknown template, its text is a guess: say in its profile {BODY}"
    else:
        verdict.words = f"{findings.url} is ready: {verdict.command} ({size})"
    return verdict


def hours(number: float) -> str:
    """Say how long something takes, for a person.

    >>> hours(0.01), hours(0.4), hours(7.25)
    ('a minute', '24 minutes', '7.2 hours')
    """
    if number < 1:
        minutes = max(1, round(number * 60))
        return "a minute" if minutes == 1 else f"{minutes} minutes"
    return f"{number:.1f} hours"


def _without_articles(findings: Findings) -> Verdict:
    """Say why no article could be read: what stands before home, else before all lists, else before all articles."""
    met = findings.met
    home = next((one for one in met if one.what in {"home", "the address given"}), None)
    if home is not None and not findings.categories:
        return _without_home(findings, home)
    lists = [one for one in met if one.what.startswith("category")]
    articles = [one for one in met if one.what.startswith("article")]
    walls = [one for one in lists if is_wall(one.why)] if findings.lists.articles is None else []
    first = next(iter([*walls, *(one for one in articles if is_wall(one.why)), *articles, *lists]), None)
    if first is None:
        words = "nothing on its home and in its feed names a list or an article: probe the address of a list"
        return Verdict("no_articles", f"{findings.url}: {words}", exit_code=ExitCode.UNREACHABLE)
    asked = "article" if first in articles else "category"
    state, code = ("wall", ExitCode.WALL) if is_wall(first.why) else ("no_articles", ExitCode.UNREACHABLE)
    return Verdict(state, f"{findings.url}: no {asked} could be read ({said(first)})", exit_code=code)


def _without_home(findings: Findings, home: Met) -> Verdict:
    url, code = findings.url, ExitCode.UNREACHABLE
    if home.why == "unreachable":
        state, words = "unreachable", f"{home.url} cannot be reached ({home.text}): check the address and the network"
    elif home.why == "moved":
        state, words = "unreachable", f"{home.url} leads to {home.text}: if that is the site you mean, probe it"
    elif is_wall(home.why) or home.why == Wall.NOTICE:
        state, code = "wall", ExitCode.WALL
        words = f"{url} is behind a wall ({said(home)})"
        if home.why == "robots":
            words = f"{url}: its robots.txt keeps us out of its home"
    elif home.why == Wall.NOT_DISCUZ or home.why.startswith("http_4"):
        state, words = "not_discuz", f"{url} is no Discuz! portal: nothing of Discuz! is on {home.url} ({said(home)})"
        if not any(one.what == "the root" for one in findings.met):
            state, words = "no_portal", f"{url} is a Discuz! site without a portal: {home.url} is none ({said(home)})"
    else:
        state, words = "unreachable", f"{home.url} cannot be read ({said(home)}): try it in a browser, then probe again"
    return Verdict(state, words, exit_code=code)


def is_wall(why: str) -> bool:
    """Tell whether what was met keeps us out of everything, for good or until its owner changes it."""
    return why == "robots" or why in KEEPS_OUT


def said(met: Met) -> str:
    """Say what was met, in its own words where it has any."""
    return f"{met.why}: {met.text}" if met.text else met.why
