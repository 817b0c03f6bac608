"""Profiles: a site's TOML file, checked on the way in.

url = "https://www.example.com/"
aliases = ["http://example.com/"]
time_zone = "Asia/Shanghai"
delay = 2.0
style = { article = "article-{id}-{page}.html" }
cookies = "example.cookies.txt"

[theme.article]
title = "h1.vt_th"
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from crawler.errors import UsageError
from crawler.sites.site import Site
from crawler.sites.theme import read_theme
from crawler.sites.values import READERS, ValueFaults

KEYS = (*READERS, "theme")


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
    if "window" in table and "time_zone" not in table:
        faults.append("time_zone is missing: it says by which clocks the window opens")
    for key, value in table.items():
        if key not in KEYS:
            faults.append(f"{key} is unknown (known are {', '.join(KEYS)})")
            continue
        try:
            if key == "theme":
                values[key], more = read_theme(value, path)
                faults += more
            else:
                values[key] = READERS[key](value)
        except ValueFaults as error:
            faults += error.faults
        except (ValueError, UsageError) as error:
            faults.append(f"{key} = {value!r}: {error}")
    if "cookies" in values:
        values["cookies"] = path.parent / values["cookies"]
    if faults:
        raise UsageError(f"profile {path}: {'; '.join(faults)}")
    return Site(name=path.stem, profile=path, **values)
