"""Profiles: a site's TOML file, checked on the way in.

url = "https://www.example.com/"
time_zone = "Asia/Shanghai"
delay = 2.0
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from crawler.errors import UsageError
from crawler.sites.site import NAME, Site, site_from_url, site_root

PACKAGED = Path(__file__).parent


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text is wanted")
    return value


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


FIELDS: Mapping[str, Callable[[object], Any]] = {
    "url": lambda value: site_root(_text(value), argument="url"),
    "time_zone": _zone,
    "delay": _seconds,
    "concurrency": _connections,
    "categories": _catids,
}


def read_profile(path: Path) -> Site:
    """Read one profile; the site's name is the file's.

    Raises:
        UsageError: the file cannot be read, is no TOML, or a value in it is not what is wanted there. Every fault is
            named at once, each with its key.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"profile {path} cannot be read: {error}") from error
    values: dict[str, Any] = {}
    faults = [] if "url" in table else ["url is missing"]
    for key, value in table.items():
        if key not in FIELDS:
            faults.append(f"{key} is unknown (known are {', '.join(FIELDS)})")
            continue
        try:
            values[key] = FIELDS[key](value)
        except (ValueError, UsageError) as error:
            faults.append(f"{key} = {value!r}: {error}")
    if faults:
        raise UsageError(f"profile {path}: {'; '.join(faults)}")
    return Site(name=path.stem, **values)


def find_site(name: str, folder: Path) -> Site:
    """Resolve what a person gave as ``-a site=``: a profile's name or an address.

    Args:
        name: the value as typed.
        folder: where the profiles of this installation lie; those of the package come after.

    Raises:
        UsageError: there is no such profile and the value is no address, or the profile is faulty.
    """
    if "://" in name:
        return site_from_url(name)
    if NAME.fullmatch(name):
        for place in (folder, PACKAGED):
            path = place / f"{name}.toml"
            if path.is_file():
                return read_profile(path)
    known = sorted({path.stem for place in (folder, PACKAGED) for path in place.glob("*.toml")})
    raise UsageError(
        f"site={name!r} is not known: give an address as in https://www.example.com/, 'demo', or the name of a profile "
        f"in {folder} ({', '.join(known) or 'there is none yet'})"
    )
