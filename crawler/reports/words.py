"""What a person reads in place of codes and names: how a run ended and what to do, why a page gave nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from crawler.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

Mood = Literal["good", "warn", "bad", "calm"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a run ended.

    Attributes:
        words: in a few words.
        mood: how bad that is.
        advice: what to do; empty for nothing.
        urgency: the higher, the sooner a person should look.
    """

    words: str
    mood: Mood
    advice: str = ""
    urgency: int = 0


ENDED: Final[Mapping[int, Verdict]] = {
    ExitCode.OK: Verdict("Complete and published", "good"),
    ExitCode.BUG: Verdict(
        "A bug of ours",
        "bad",
        "Please report it with crawl.log. All the rest was done and published, or the next start does it.",
        80,
    ),
    ExitCode.USAGE: Verdict("Wrong use", "bad", "Mend what the summary names, then start again.", 75),
    ExitCode.UNREACHABLE: Verdict(
        "Site not reached",
        "bad",
        "Open the site in a browser. Where it works there, start again; where it does not, the next run tries.",
        60,
    ),
    ExitCode.WALL: Verdict(
        "A wall keeps us out", "bad", "See which one under Pages that gave nothing; the summary says what helps.", 65
    ),
    ExitCode.HELD: Verdict(
        "Held back by the gate", "bad", "Look at what is held back and at the site, then accept or reject it.", 70
    ),
    ExitCode.RUNNING: Verdict("Another run was under way", "calm", "Nothing to do.", 5),
    ExitCode.STORAGE: Verdict(
        "Storage failed",
        "bad",
        "Make room on the disk or mend what the summary names, then start again: what was committed is safe.",
        90,
    ),
    ExitCode.INTERRUPTED: Verdict("Interrupted", "warn", "Start the same command again: it goes on.", 40),
}
UNKNOWN: Final = Verdict("Ended in a way that is not known", "warn", "See crawl.log.", 50)
CUT_SHORT: Final = Verdict("Cut short, or silent", "warn", "No report: see crawl.log; the next start goes on.", 55)
UNDER_WAY: Final = Verdict("Under way", "calm", "", 3)
ABANDONED: Final = Verdict("Cut short; published by the next job", "calm", "", 4)
NEVER: Final = Verdict("Never crawled", "warn", "Its profile is there: crawl it once.", 45)


def verdict_of(entry: Mapping[str, Any]) -> Verdict:
    """Say how a run ended, by its entry (`crawler.reports.entry_of`)."""
    state, code = entry.get("state"), entry.get("exit_code")
    if code is None:
        named = {"under_way": UNDER_WAY, "cut_short": CUT_SHORT, "abandoned": ABANDONED}
        return named.get(str(state), UNKNOWN)
    verdict = ENDED.get(code, UNKNOWN)
    if code == ExitCode.HELD and entry.get("settled"):
        return Verdict(f"Held back by the gate, {entry['settled']} since", "calm", "", 4)
    if code != ExitCode.OK:
        return verdict
    is_news = any(entry.get(name) for name in ("new", "changed", "gone", "comments"))
    if missing := entry.get("missing"):
        if (entry.get("failed") or 0) * 2 > (entry.get("requests") or 0):
            words, advice = f"Most pages fail, {missing:,} still missing", "Open one of the pages below in a browser."
            return Verdict(words, "bad", f"{advice} The next runs try again by themselves.", 42)
        words = f"{'Published' if is_news else 'Nothing new'}, {missing:,} still missing"
        return Verdict(words, "warn", "They are told of below; the next runs try again by themselves.", 20)
    return verdict if is_news else Verdict("Complete, nothing new", "good")


REASONS: Final[Mapping[str, str]] = {
    "absent": "not there",
    "address": "its address is that of a private network",
    "antitheft": "anti-collection (防采集): the owner says no",
    "blocked": "a firewall refuses us",
    "broken_encoding": "its charset cannot be told",
    "captcha": "a captcha asks for a person",
    "challenge": "a script asks for a browser (DISCUZ_BROWSER_ENABLED)",
    "closed_category": "the category is closed",
    "connection_lost": "the connection was lost",
    "cookie_check": "asks for a cookie",
    "cut_off": "the answer broke off",
    "empty": "an empty answer",
    "ip_refused": "our address is refused",
    "login": "asks to log in",
    "missing_article": "the article is not there",
    "missing_category": "the category is not there",
    "mobile": "leads to a page for phones",
    "moved": "leads elsewhere",
    "no_permission": "guests may not read it",
    "noindex": "marked noindex",
    "not_asked": "not asked for",
    "not_discuz": "no page of Discuz!",
    "notice": "a notice in place of the page",
    "proxy_refused": "proxies are refused",
    "question": "asks a question",
    "refresh_limit": "asked too soon",
    "robots": "robots.txt forbids it",
    "site_closed": "the site is closed",
    "system_error": "an error of the site's own",
    "timeout": "no answer in time",
    "too_large": "too large",
    "truncated": "the page breaks off",
}
"""Why a unit gave nothing, in words; of others the name will do."""

KINDS: Final[Mapping[str, str]] = {
    "robots": "robots.txt",
    "home": "home page",
    "feed": "feed",
    "listing": "lists",
    "proof": "proof of a list's end",
    "latest": "looks for news during the run",
    "sweep": "slow sweep of old pages",
    "article": "new articles",
    "article_page": "further pages of articles",
    "comments": "comments",
    "revisit": "known articles again",
    "media": "pictures and files",
    "thread": "forum threads with comments",
    "blog": "blogs with comments",
    "other": "other",
}
"""What requests are for, in words."""


def reason_words(reason: str) -> str:
    """Say why a page gave nothing.

    >>> reason_words("http_502"), reason_words("no_title")
    ('HTTP 502', 'no title')
    """
    if reason.startswith("http_"):
        return f"HTTP {reason.removeprefix('http_')}"
    return REASONS.get(reason, reason.replace("_", " "))
