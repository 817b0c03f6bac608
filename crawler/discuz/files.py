"""What names a picture or a file, however and wherever its address is printed."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.discuz.targets import Kind
from crawler.discuz.urls import host_of

if TYPE_CHECKING:
    from crawler.discuz.urls import Grammar

PORTAL, FORUM = "portal.php", "forum.php"


def file_key(url: str, grammar: Grammar) -> str:
    """Give the canonical key of a file: of the site's own the address below its root, so that it may move.

    Args:
        url: absolute.
        grammar: reads the site's addresses.

    Raises:
        ValueError: it is no address.

    >>> from crawler.discuz.urls import Grammar
    >>> site = Grammar("https://www.example.com/")
    >>> file_key("http://www.example.com/portal.php?id=7&mod=attachment", site)
    'portal.php?mod=attachment&id=7'
    >>> file_key("https://www.example.com/data/attachment/portal/a.png", site)
    'data/attachment/portal/a.png'
    >>> file_key("https://www.example.com/forum.php?mod=attachment&aid=MTJ8YWJjfDE3OTV8MHw5&nothumb=yes", site)
    'forum.php?aid=12&mod=attachment&nothumb=yes'
    >>> file_key("https://CDN.example.com:443/a.png?x=1#top", site)
    '//cdn.example.com/a.png?x=1'
    """
    target = grammar.parse(url)
    if target.kind is Kind.ATTACHMENT and target.number is not None:
        return f"{PORTAL}?mod=attachment&id={target.number}"
    below = grammar.below(url)
    if below is None:
        parts = urlsplit(url)
        return f"//{host_of(url)}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    return unsigned(below)


def unsigned(url: str) -> str:
    """Give the address of a file without what is another at every view of its page.

    What the forum hands out is named by an ``aid`` that holds the file's number, the moment, a signature and the
    reader (``aidencode`` in ``source/function/function_core.php``, X3.1-X3.5); articles that were made of a thread
    show such files, too (``source/module/portal/portal_view.php``).

    Args:
        url: absolute, or below the site's root.

    Returns:
        With the number alone as ``aid``; as it is, if it is no such address.

    >>> unsigned("https://www.example.com/forum.php?mod=attachment&aid=MTJ8YWJjfDE3OTV8MHw5&nothumb=yes")
    'https://www.example.com/forum.php?aid=12&mod=attachment&nothumb=yes'
    >>> unsigned("https://www.example.com/forum.php?mod=attachment&aid=x")
    'https://www.example.com/forum.php?mod=attachment&aid=x'
    """
    if FORUM not in url:
        return url
    parts = urlsplit(url)
    given = dict(parse_qsl(parts.query))
    is_handed_out = parts.path.rpartition("/")[2] == FORUM and given.get("mod") == "attachment"
    if not is_handed_out or not (number := _number_in(given.get("aid", ""))):
        return url
    return urlunsplit(parts._replace(query=urlencode(sorted((given | {"aid": number}).items()))))


def _number_in(aid: str) -> str:
    """The number of a file in what the forum calls its ``aid``; empty where that holds none."""
    try:
        number = b64decode(aid.replace(" ", "+")).partition(b"|")[0]
    except (NotBase64, ValueError):
        return ""
    return number.decode() if number.isdigit() else ""
