"""Finding a site: by what a person types, or by the address of one of its pages."""

from __future__ import annotations

from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.discuz.urls import Grammar, place_of
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

    An address is that of the profile which is named after its host, or which lists it among its aliases; a profile
    with aliases is found by its own address, too. Any other address is a site without a profile.

    Args:
        name: the value as typed.
        folder: where the profiles of this installation lie; those of the package come after.

    Raises:
        UsageError: there is no such profile and the value is no address, the profile is faulty, or several claim the
            address.
    """
    if "://" in name:
        bare = site_from_url(name)
        return _claimed(bare, folder) or bare
    known = {path.stem: path for path in profiles(folder)}
    if NAME.fullmatch(name) and name in known:
        return read_profile(known[name])
    raise UsageError(
        f"site={name!r} is not known: give an address as in https://www.example.com/, 'demo', or the name of a profile "
        f"in {folder} ({', '.join(sorted(known)) or 'there is none yet'})"
    )


def _claimed(bare: Site, folder: Path) -> Site | None:
    """Give the site whose profile claims the root of one that is known by its address alone; None if none does.

    Raises:
        UsageError: the profile is faulty, or several claim it.
    """
    place = place_of(bare.url)
    claims = [
        site
        for site in _naming(urlsplit(bare.url).hostname or "", folder)
        if place in map(place_of, site.aliases)
        or (place == place_of(site.url) and (site.aliases or site.name == bare.name))
    ]
    if len(claims) > 1:
        names = " or ".join(sorted(site.name for site in claims))
        raise UsageError(f"site={bare.url!r} is the address of several profiles: give the name of one, {names}")
    return claims[0] if claims else None


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
    above = [
        (len(place_of(root)[1]), site)
        for site in _naming(host, folder)
        for root in (site.url, *site.aliases)
        if Grammar(root).below(url) is not None
    ]
    return max(above, key=itemgetter(0), default=(0, None))[1]


def _naming(host: str, folder: Path) -> Iterator[Site]:
    """Give the sites whose profiles name a host, anywhere in them.

    Raises:
        UsageError: one of those profiles is faulty.
    """
    for path in profiles(folder):
        try:
            # Most profiles are other sites': to look for the host is cheaper than to check everything in them.
            is_named = bool(host) and host in path.read_text(encoding="utf-8", errors="replace").lower()
        except OSError:
            continue
        if is_named:
            yield read_profile(path)
