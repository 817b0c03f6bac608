"""Redirects to pages for phones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from crawler.discuz.reading import parameters

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from crawler.discuz.targets import Target

_HOSTS: Final = ("m.", "wap.", "mobile.", "touch.", "3g.", "h5.")
_DESKTOP: Final = "www."
_HOME: Final = re.compile(r"/?(?:index\.(?:php|html?))?")


def leads_to_phones(there: str, url: str, target: Target) -> bool:
    """Tell whether a redirect sends us to pages for phones: for want of a better guess of what we are.

    Discuz! itself adds ``mobile=`` (``_init_mobile()`` in ``source/class/discuz/discuz_application.php``, where
    ``mobile=no`` is the way back), owners redirect to ``m.`` hosts. An article may have an outer address there, too:
    only one that names the same number, or no page at all, is for phones.

    Args:
        there: where it leads, absolute.
        url: what was asked for.
        target: what that names.
    """
    try:
        to, own = urlsplit(there), urlsplit(url)
        here, host = own.hostname or "", to.hostname or ""
    except ValueError:  # no address
        return False
    if host == here:
        return _asks_for_phones(to)
    if not host.startswith(_HOSTS) or _bare(host) != _bare(here) or here.startswith(_HOSTS):
        return False
    rest = f"{to.path}?{to.query}"
    same = to.path == own.path if target.number is None else re.search(rf"(?<!\d){target.number}(?!\d)", rest)
    return bool(same) or _HOME.fullmatch(to.path) is not None


def _asks_for_phones(to: SplitResult) -> bool:
    given = parameters(to.query)
    script = to.path.rpartition("/")[2]
    return (
        given.get("mobile", "no") not in {"no", ""}
        or script == "mobile.php"
        or (script == "misc.php" and given.get("mod") == "mobile")
    )


def _bare(host: str) -> str:
    prefix = next((one for one in (*_HOSTS, _DESKTOP) if host.startswith(one)), "")
    return host.removeprefix(prefix)
