"""Finding a site: by what a person types, or by the address of one of its pages."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.discuz.urls import Grammar
from crawler.errors import UsageError
from crawler.sites.profile import read_profile
from crawler.sites.site import NAME, site_from_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.sites.site import Site

PACKAGED = Path(__file__).parent


def profiles(folder: Path) -> Iterator[Path]:
    """Give the files of all profiles: those of an installation, then those of the package that it does not replace.

    Args:
        folder: where the profiles of this installation lie.
    """
    seen = set()
    for place in (folder, PACKAGED):
        for path in sorted(place.glob("*.toml")):
            if path.stem not in seen:
                seen.add(path.stem)
                yield path


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
    known = {path.stem: path for path in profiles(folder)}
    if NAME.fullmatch(name) and name in known:
        return read_profile(known[name])
    raise UsageError(
        f"site={name!r} is not known: give an address as in https://www.example.com/, 'demo', or the name of a profile "
        f"in {folder} ({', '.join(sorted(known)) or 'there is none yet'})"
    )


def site_of(url: str, folder: Path) -> Site | None:
    """Find the profile of the site that a page belongs to: the one whose address is the nearest above the page's.

    Args:
        url: the page's address; http and https are the same site.
        folder: where the profiles of this installation lie.

    Raises:
        UsageError: the profile is faulty. Faulty profiles that do not name the page's host are passed over.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # such as "http://["
        return None
    found: list[Site] = []
    for path in profiles(folder):
        try:
            # Most profiles are other sites': to look for the host is cheaper than to check everything in them.
            if not host or host not in path.read_text(encoding="utf-8", errors="replace").lower():
                continue
        except OSError:
            continue
        site = read_profile(path)
        if Grammar(site.url).below(url) is not None:
            found.append(site)
    return max(found, key=lambda site: len(site.url), default=None)
