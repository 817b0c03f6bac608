"""Addresses inside a body: resolving them, and telling the article's own pictures and files from the site's."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import parse_qs, urljoin, urlsplit

#: What a link may lead to. Anything else (``javascript:``, ``data:``, ``file:``) is no address for a reader.
LINK_SCHEMES: Final = frozenset({"http", "https", "ftp", "mailto"})
#: What a player may play; Discuz!'s ``[media]`` takes the streaming ones too.
MEDIA_SCHEMES: Final = frozenset({"http", "https", "rtsp", "rtmp", "mms"})
#: What a picture may be fetched by.
IMAGE_SCHEMES: Final = frozenset({"http", "https"})

_IGNORED: Final = re.compile(r"[\t\n\r]")  # browsers drop them wherever they stand in an address
_THUMB: Final = re.compile(r"(?P<original>.*/data/attachment/[^?#]+)\.thumb\.jpg", re.IGNORECASE)
_STATIC: Final = re.compile(r"(?:^|/)static/image/")
_FOREIGN_STATIC: Final = re.compile(r"/static/image/(?:common|filetype|smiley)/")
_STORED: Final = re.compile(r"/data/attachment/.+\.(?P<extension>\w{1,8})$", re.IGNORECASE)
_IMAGE_EXTENSIONS: Final = frozenset({"jpg", "jpeg", "png", "gif", "bmp", "webp"})
_FILE_SCRIPTS: Final = (("portal.php", "id"), ("forum.php", "aid"))


@lru_cache(maxsize=1024)
def absolute(base_url: str, address: str, schemes: frozenset[str] = LINK_SCHEMES) -> str | None:
    """The absolute form of an address as printed.

    Args:
        base_url: What relative addresses resolve against: the page's ``<base href>``.
        address: An ``href`` or ``src``, entities already resolved.
        schemes: The schemes that are let through.

    Returns:
        None for what is empty, leads nowhere but the page itself (``#top``), has another scheme, or is no address.

    >>> absolute("http://h/", "a b.png")
    'http://h/a b.png'
    >>> absolute("http://h/", "javascript:;") is None
    True
    """
    address = _IGNORED.sub("", address).strip()
    if not address or address[0] == "#":
        return None
    if "\\" in address:  # typed on Windows; browsers take it for a slash, but not in a query
        path, mark, query = address.partition("?")
        address = path.replace("\\", "/") + mark + query
    try:
        resolved = urljoin(base_url, address)
        scheme = urlsplit(resolved).scheme
    except ValueError:  # such as "http://[", typed by an editor
        return None
    return resolved if scheme in schemes else None


def original_image(url: str) -> tuple[str, str | None]:
    """The original of a picture's address, and the thumbnail when that is what was printed.

    Discuz! stores the small version of ``x.png`` beside it as ``x.png.thumb.jpg`` (``getimgthumbname`` in
    ``source/function/function_core.php``, X3.1-X3.5).

    Args:
        url: An absolute address.

    >>> original_image("http://h/data/attachment/portal/x.png.thumb.jpg")
    ('http://h/data/attachment/portal/x.png', 'http://h/data/attachment/portal/x.png.thumb.jpg')
    >>> original_image("http://h/x.png.thumb.jpg")
    ('http://h/x.png.thumb.jpg', None)
    """
    thumb = _THUMB.fullmatch(url)
    return (thumb["original"], url) if thumb else (url, None)


def is_decoration(url: str, base_url: str) -> bool:
    """Whether an address is a picture of the software's own: a smiley, a placeholder, a file type's icon.

    On the site itself these are ``static/image`` (``STATICURL``). On another host, where anything may be called so,
    only the folders that pasted posts of another Discuz! site refer to.

    Args:
        url: An absolute address.
        base_url: The address of the site.
    """
    parts = urlsplit(url)
    pattern = _STATIC if parts.netloc == urlsplit(base_url).netloc else _FOREIGN_STATIC
    return pattern.search(parts.path) is not None


def is_attachment(url: str) -> bool:
    """Whether an address is a file that Discuz! offers for download.

    Either it is handed out by number (``portal.php?mod=attachment&id=N``, ``forum.php?mod=attachment&aid=…``) or it
    lies under ``data/attachment`` and is no picture.

    Args:
        url: An absolute address.
    """
    parts = urlsplit(url)
    if "mod=attachment" in parts.query:
        script = parts.path.rpartition("/")[2]
        query = parse_qs(parts.query)
        return query.get("mod") == ["attachment"] and any(
            script == name and parameter in query for name, parameter in _FILE_SCRIPTS
        )
    stored = _STORED.search(parts.path)
    return stored is not None and stored["extension"].lower() not in _IMAGE_EXTENSIONS


def is_picture(attachment: str) -> bool:
    """Whether a file that Discuz! offers for download is a picture: only of these there is a small version to refuse.

    Args:
        attachment: An address for which `is_attachment` holds.
    """
    return "nothumb=yes" in urlsplit(attachment).query.split("&")
