"""How templates are filled: everything is escaped, made printable, and linked only where it leads to the web."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

from crawler.escaping import printable
from crawler.reports.entry import moment

if TYPE_CHECKING:
    from datetime import datetime

    from jinja2 import Environment

WRITTEN: Final = "!#$%&'()*+,/:;=?@[]~"
"""Characters that addresses have beside letters, digits and ``_.-``: all others are percent-encoded."""


def number(value: float | None) -> str:
    """Write a number with its thousands set apart.

    >>> number(12345), number(None), number(0.02)
    ('12,345', '–', '0.02')
    """
    return "–" if value is None else f"{value:,}"


def rate(value: float) -> str:
    """Write how many a second, as exactly as it is worth.

    >>> rate(0.0312), rate(1.26), rate(130.4), rate(1234.5)
    ('0.031', '1.3', '130', '1,234')
    """
    return f"{value:.2g}" if value < 10 else f"{value:,.0f}"


def size(value: float | None) -> str:
    """Write a number of bytes.

    >>> size(900), size(9_627_557), size(3 * 2**40), size(None)
    ('900 B', '9.2 MiB', '3.0 TiB', '–')
    >>> size(120 * 2**20)
    '120 MiB'
    """
    if value is None:
        return "–"
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(value) < 1024:
            return f"{value:,.0f} {unit}" if unit == "B" or value >= 100 else f"{value:,.1f} {unit}"
        value /= 1024
    return f"{value:,.1f} TiB"


def duration(seconds: float | None) -> str:
    """Write how long something took.

    >>> duration(0.042), duration(5.69), duration(400), duration(7500), duration(200_000), duration(None)
    ('42 ms', '5.7 s', '6 min 40 s', '2 h 05 min', '2 d 7 h', '–')
    """
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{seconds * 1000:,.0f} ms" if seconds else "0 s"
    if seconds < 60:
        return f"{seconds:,.1f} s"
    whole = round(seconds)
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    if whole < 2 * 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def stamp(value: Any) -> str:
    """Write a moment, to the minute, in UTC.

    >>> stamp("2026-03-14T23:09:26+08:00"), stamp(None)
    ('2026-03-14 15:09', '–')
    """
    when = moment(value)
    return f"{when:%Y-%m-%d %H:%M}" if when else "–"


def ago(value: Any, now: datetime) -> str:
    """Write how long ago something was, roughly.

    >>> from datetime import UTC, datetime
    >>> ago("2026-03-14T15:09:26+00:00", datetime(2026, 3, 16, 16, tzinfo=UTC))
    '2 d ago'
    """
    when = moment(value)
    if when is None:
        return "–"
    seconds = (now - when).total_seconds()
    if abs(seconds) < 60:
        return "just now"
    words = span(abs(seconds))
    return f"{words} ago" if seconds >= 0 else f"in {words}"


def span(seconds: float) -> str:
    """Write a length of time in one unit.

    >>> span(30), span(3600), span(86400 * 400)
    ('0 min', '60 min', '400 d')
    """
    for unit, of in (("min", 60), ("h", 3600)):
        if seconds < of * (120 if unit == "min" else 48):
            return f"{seconds / of:,.0f} {unit}"
    return f"{seconds / 86400:,.0f} d"


def share(value: float | None) -> str:
    """Write a part of 1 in percent; what is nearly nothing or nearly all does not look like it.

    >>> share(1), share(0.9978), share(0.00001), share(0), share(0.5), share(0.99999)
    ('100%', '99.8%', '<0.1%', '0%', '50%', '>99.9%')
    """
    if value is None:
        return "–"
    if value in (0, 1):
        return f"{value:.0%}"
    words = f"{value:.1%}"
    if words in ("0.0%", "100.0%"):
        return "<0.1%" if value < 0.5 else ">99.9%"
    return words.replace(".0%", "%")


def link(url: Any) -> str:
    """Give an address that may be linked to: of http or https, with a host; empty for any other.

    >>> link("https://www.example.com/a"), link("javascript:alert(1)"), link("//a/"), link("http://[")
    ('https://www.example.com/a', '', '', '')
    """
    try:
        parts = urlsplit(str(url or "").strip())
        is_web = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return ""
    return quote(parts.geturl(), safe=WRITTEN) if is_web else ""


def is_han(text: Any) -> bool:
    """Tell whether a text has Chinese characters, whose shapes depend on the language that is said to be theirs."""
    return any("CJK" in unicodedata.name(character, "") for character in str(text) if ord(character) > 0x2E7F)


def _safe(value: Any) -> Any:
    """Make what a template prints printable; what is HTML already was made so."""
    return value if hasattr(value, "__html__") or not isinstance(value, str) else printable(value)


@cache
def environment() -> Environment:
    """Give the templates' surroundings, made once."""
    # It takes a tenth of a second to get ready, which is much at the start of a crawl, and nothing at its end.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    made = Environment(
        loader=PackageLoader("crawler.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_safe,
        auto_reload=False,
    )
    made.filters |= {
        "num": number,
        "rate": rate,
        "size": size,
        "duration": duration,
        "stamp": stamp,
        "ago": ago,
        "share": share,
        "link": link,
    }
    made.tests["han"] = is_han
    return made
