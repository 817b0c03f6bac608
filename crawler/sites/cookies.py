"""The cookies by which a site knows its owner's crawler as a member: a Netscape ``cookies.txt``, as browsers export it.

What is in it is a password for all that it is good for. No message says more of a line than its number.
"""

from __future__ import annotations

import os
import re
import warnings
from datetime import UTC, datetime
from http.cookiejar import LoadError, MozillaCookieJar
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.errors import UsageError

if TYPE_CHECKING:
    from http.cookiejar import Cookie

    from crawler.sites.site import Site

HEADER: Final = re.compile(r"#( Netscape)? HTTP Cookie File")
HTTP_ONLY: Final = "#HttpOnly_"
FIELDS: Final = 7
AGAIN: Final = "log in at the site and export its cookies anew, as cookies.txt (Netscape format)"
NAMED: Final = 3
"""Hosts that are named where none of them is the site's."""


def read_cookies(site: Site, now: datetime) -> list[Cookie]:
    """Give the cookies that a site's profile names, as far as they are this site's and have not expired.

    Args:
        site: it names a file.
        now: aware.

    Raises:
        UsageError: the file cannot be read, is not of that format, or holds no cookie that can be sent to the site.
    """
    path, host = site.cookies, _ascii(urlsplit(site.url).hostname or "")
    assert path is not None
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no text in UTF-8"
        raise UsageError(
            f"cookies file {path} cannot be read ({why}): {AGAIN}, or take it out of the profile"
        ) from None
    for number, line in enumerate(lines, start=1):
        if fault := _fault(line, first=number == 1):
            raise UsageError(f"cookies file {path}, line {number}: {fault}: {AGAIN}")
    cookies = _loaded(path)
    own = [cookie for cookie in cookies if is_for(cookie, host)]
    if not own:
        others = list(dict.fromkeys(cookie.domain.lstrip(".") for cookie in cookies))
        there = ", ".join(others[:NAMED]) + (" …" if others[NAMED:] else "")
        holds = f"but for {there}" if others else "nor any other"
        raise UsageError(f"cookies file {path} holds no cookie for {host}, {holds}: {AGAIN}")
    moment = now.timestamp()
    fresh = [cookie for cookie in own if cookie.expires is None or cookie.expires > moment]
    if not fresh:
        last = datetime.fromtimestamp(max(cookie.expires or 0 for cookie in own), UTC)
        raise UsageError(f"cookies file {path}: all cookies for {host} have expired, by {last:%Y-%m-%d}: {AGAIN}")
    return fresh


def is_for(cookie: Cookie, host: str) -> bool:
    """Tell whether a cookie goes to a host: to those below its domain, too, where that begins with a dot (RFC 6265)."""
    if cookie.domain.startswith("."):
        return f".{host}".endswith(cookie.domain)
    return cookie.domain == host


def is_open(path: Path) -> bool:
    """Tell whether others than its owner may do anything with a file; never where there are no such modes."""
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def doubt(site: Site) -> str:
    """Say what may be wrong where a site asks to log in, although cookies were sent; empty for a site without any."""
    return f"the cookies in {site.cookies} may have expired: {AGAIN}" if site.cookies else ""


def _ascii(host: str) -> str:
    """Give a host's name as it is asked for, and as cookies have it."""
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def _fault(line: str, *, first: bool) -> str:
    """Say what is wrong with a line, without a word of it; empty if nothing is."""
    if first:
        return "" if HEADER.match(line) else 'the first line must be "# Netscape HTTP Cookie File"'
    text = line.removeprefix(HTTP_ONLY)
    if not text.strip() or text.strip().startswith(("#", "$")):
        return ""
    fields = text.split("\t")
    if len(fields) != FIELDS:
        return f"{FIELDS} fields with tabs between them are wanted, there are {len(fields)}"
    domain, below, path, secure, expires, name, _ = fields
    for number, right, wanted in (
        (1, bool(domain.strip(".")), "a domain"),
        (2, below == ("TRUE" if domain.startswith(".") else "FALSE"), "TRUE if the domain begins with a dot, or FALSE"),
        (3, path.startswith("/"), "a path from / on"),
        (4, secure in {"TRUE", "FALSE"}, "TRUE or FALSE"),
        (5, not expires or expires.isdecimal(), "seconds since 1970"),
        (6, bool(name), "a name"),
    ):
        if not right:
            return f"field {number} must be {wanted}"
    return ""


def _loaded(path: Path) -> list[Cookie]:
    jar = MozillaCookieJar()
    try:
        with warnings.catch_warnings():  # what it warns of, and what it raises, holds the line
            warnings.simplefilter("ignore")
            jar.load(str(path), ignore_discard=True, ignore_expires=True)
    except (LoadError, OSError, ValueError):
        raise UsageError(f"cookies file {path} is no cookies.txt (Netscape format): {AGAIN}") from None
    cookies = list(jar)
    for cookie in cookies:
        cookie.domain = cookie.domain.lower()
        if cookie.expires == 0:  # how browsers and curl write a cookie that lasts as long as the session
            cookie.expires, cookie.discard = None, True
    return cookies
