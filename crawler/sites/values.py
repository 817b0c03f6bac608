"""The values of a profile's keys: each is checked by a function of its own, which says what is wanted."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crawler.discuz.styles import Style
from crawler.sites.site import site_root
from crawler.sites.window import Window

_EVERY = re.compile(r"(?P<number>\d{1,5})\s*(?P<unit>m|h|d)", re.ASCII)
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_HOST = re.compile(r"\*|[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.IGNORECASE)


MIN_EVERY = timedelta(minutes=5)
"""A start alone asks for robots.txt and the feed: a site that has news every minute is not read better by more."""
MAX_EVERY = timedelta(days=366)


class ValueFaults(ValueError):
    """Several faults of one value, each told with its own key path."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is wanted")
    return value


def _roots(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError('a list of addresses is wanted, as in ["http://old.example.com/"]')  # noqa: TRY004  (as all faults are)
    return tuple(site_root(_text(one), argument="aliases") for one in value)


def _zone(value: object) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError("no such time zone; give an IANA name as in 'Asia/Shanghai'") from None
    return name


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 3600:
        raise ValueError("seconds from 0 to 3600 are wanted")
    return float(value)


def _connections(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= 64:
        raise ValueError("a whole number from 1 to 64 is wanted")
    return value


def _catids(value: object) -> tuple[int, ...]:
    if not isinstance(value, list) or not all(isinstance(v, int) and not isinstance(v, bool) and v > 0 for v in value):
        raise ValueError("a list of catids is wanted, as in [3, 5]")
    return tuple(value)


def _style(value: object) -> Style:
    """Read rewrite rules: a table of those that differ from dynamic addresses."""
    if not isinstance(value, dict):
        rule = '{ article = "article-{id}-{page}.html" }'
        raise ValueError(f"a table of rewrite rules is wanted, as in {rule}")  # noqa: TRY004  (as all faults are)
    known = [field.name for field in fields(Style)]
    faults = [f"style.{kind} is unknown (known are {', '.join(known)})" for kind in value if kind not in known]
    for kind in known:
        try:
            Style(**{kind: _text(value[kind])} if kind in value else {})
        except ValueError as error:
            faults.append(f"style.{kind} = {value[kind]!r}: {error}")
    if faults:
        raise ValueFaults(faults)
    return Style(**value)


def _tls(value: object) -> str:
    if value not in {"verified", "unverified"}:
        raise ValueError('"verified" or "unverified" is wanted')
    return str(value)


def _permission(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError('who allowed it, and when, is wanted, as in "the editor, by mail of 2026-11-02"')
    return " ".join(value.split())


def _hosts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(v, str) and _HOST.fullmatch(v) for v in value):
        raise ValueError('a list of host names is wanted, as in ["img.example.net"]; "*" stands for any')
    return tuple(v.lower() for v in value)


def _referrer(value: object) -> str:
    if value not in {"none", "site", "page"}:
        raise ValueError('"none", "site" or "page" is wanted')
    return str(value)


def _every(value: object) -> timedelta:
    """Read how often a site is due: ``30m``, ``1h``, ``7d``."""
    found = _EVERY.fullmatch(value.strip()) if isinstance(value, str) else None
    period = int(found["number"]) * _UNITS[found["unit"]] if found else timedelta(0)
    if not MIN_EVERY <= period <= MAX_EVERY:
        raise ValueError('minutes, hours or days from 5m to 366d are wanted, as in "30m", "1h" or "7d"')
    return period


def _enabled(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false is wanted")  # noqa: TRY004  (as all faults are)
    return value


READERS: Mapping[str, Callable[[object], Any]] = {
    "url": lambda value: site_root(_text(value), argument="url"),
    "aliases": _roots,
    "time_zone": _zone,
    "delay": _seconds,
    "concurrency": _connections,
    "window": lambda value: Window.parse(_text(value)),
    "categories": _catids,
    "style": _style,
    "tls": _tls,
    "cookies": _text,
    "permission": _permission,
    "media_hosts": _hosts,
    "media_referrer": _referrer,
    "every": _every,
    "enabled": _enabled,
}
"""By key, what reads its value; raises `ValueError` or `UsageError`."""
