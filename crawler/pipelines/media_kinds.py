"""What kind of file something is, what it is called, and which kinds are wanted. Pure."""

from __future__ import annotations

import re
from mimetypes import MimeTypes
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, unquote_to_bytes, urlsplit

from scrapy.http import HtmlResponse, TextResponse

from crawler.text import clean_line
from crawler.text.decoding import GB18030

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.http import Response

ANY: Final = "bin"
"""The extension of a file that nothing tells the kind of."""
LONGEST_NAME: Final = 255

# What every machine knows; the tables of this one may say more, and other names.
_TYPES: Final = MimeTypes(filenames=())
# Python's own reader of this header, in `email`, ends with an IndexError for some that are malformed.
_NAME: Final = re.compile(rb'\bfilename\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^;]+))', re.IGNORECASE | re.DOTALL)
_NAME_WITH_CHARSET: Final = re.compile(rb"\bfilename\*\s*=\s*([\w.:-]+)'[^']*'([^;]+)", re.IGNORECASE)
_EXTENSION: Final = re.compile(r"[a-z0-9]{1,8}")
_SCRIPTS: Final = frozenset({"php", "asp", "aspx", "jsp", "cgi", "do"})
"""Extensions of what makes a file, not of the file."""
_SIGNATURES: Final = (
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBP", "webp"),
    (4, b"ftypavif", "avif"),
    (4, b"ftypheic", "heic"),
    (0, b"II*\0", "tif"),
    (0, b"MM\0*", "tif"),
    (6, b"\0\0\0\0", "bmp"),  # with "BM" before it
    (0, b"\0\0\x01\0", "ico"),
)
_MIME_OF: Final = {"jpg": "image/jpeg", "tif": "image/tiff", "svg": "image/svg+xml", "ico": "image/x-icon"}
_PICTURES: Final = frozenset({extension for _, _, extension in _SIGNATURES} | {"jpeg", "svg"})


def picture_in(body: bytes) -> str | None:
    """Give the extension of the kind of picture that some bytes are, None if they are none that is known.

    >>> picture_in(b"GIF89a..."), picture_in(b"<html>")
    ('gif', None)
    """
    for at, signature, extension in _SIGNATURES:
        if body.startswith(signature, at) and (extension != "bmp" or body.startswith(b"BM")):
            return extension
    return None


def extension_in(name: str) -> str | None:
    """Give the extension of a file name, or of the path of an address, in lower case; None if it tells nothing.

    >>> extension_in("公示表.DOCX"), extension_in("http://h/a.jpg?x=1.gif"), extension_in("portal.php?mod=attachment")
    ('docx', 'jpg', None)
    """
    path = urlsplit(name).path if "?" in name or "://" in name else name
    _, dot, extension = unquote(path).rpartition("/")[2].lower().rpartition(".")
    return extension if dot and _EXTENSION.fullmatch(extension) and extension not in _SCRIPTS else None


def extension_of(response: Response, name: str | None) -> str:
    """Give the extension under which the content of a response is kept.

    Args:
        response: what came; its bytes tell a picture, else its address, else its ``Content-Type``, which is nothing
            but an extension where Discuz! hands out a file (``portal_attachment.php``, X3.1-X3.5).
        name: what its server or its page calls it.
    """
    declared = content_type(response)
    guessed = _TYPES.guess_extension(declared) or "" if "/" in declared else f".{declared}"
    return (
        picture_in(response.body)
        or (extension_in(name) if name else None)
        or extension_in(response.url)
        or extension_in(guessed)
        or ANY
    )


def content_type(response: Response) -> str:
    """Give the ``Content-Type`` without its parameters, in lower case; empty for none."""
    value = (response.headers.get("Content-Type") or b"").decode("latin-1")
    return value.partition(";")[0].strip().lower()


def is_page(response: Response) -> bool:
    """Tell whether a page came in place of a file: a notice, a login form, whatever a server shows to strangers."""
    if response.headers.get("Content-Disposition") or picture_in(response.body):
        return False
    return isinstance(response, HtmlResponse)


def is_no_picture(response: Response) -> bool:
    """Tell whether something else came in place of a picture: words, or what its server calls by another name."""
    declared = content_type(response)
    if picture_in(response.body) or declared.startswith("image/"):
        return False
    return isinstance(response, TextResponse) or ("/" in declared and not declared.endswith("/octet-stream"))


def is_wanted(extension: str, declared: str, kinds: Sequence[str]) -> bool:
    """Tell whether a kind of file is wanted.

    Args:
        extension: of the file.
        declared: its ``Content-Type``, empty if that is not known yet.
        kinds: extensions and types, as in ``["image/*", "application/pdf", "docx"]``; none for any.

    >>> is_wanted("webp", "", ["image/*", "docx"]), is_wanted("zip", "", ["image/*", "docx"])
    (True, False)
    """
    if not kinds:
        return True
    own = _MIME_OF.get(extension) or (f"image/{extension}" if extension in _PICTURES else None)
    names = {extension, own or _TYPES.guess_type(f"x.{extension}")[0] or "", declared} - {""}
    families = {f"{name.partition('/')[0]}/*" for name in names if "/" in name}
    return any(kind.lower().removeprefix(".") in names | families for kind in kinds)


def name_in(header: bytes | None, encoding: str | None) -> str | None:
    """Give the file name in a ``Content-Disposition`` header, None if there is none.

    Discuz! sends it percent-encoded, or as the bytes of the site's charset (``portal_attachment.php``,
    ``forum_attachment.php``, X3.1-X3.5).

    Args:
        header: its value as sent.
        encoding: of the site's pages.

    >>> name_in(b'attachment; filename="%B9%AB%CA%BE.xls"', "gbk"), name_in("inline; filename=公示.xls".encode(), None)
    ('公示.xls', '公示.xls')
    """
    if not header:
        return None
    if found := _NAME_WITH_CHARSET.search(header):
        charset, value = found[1].decode("ascii", "replace"), found[2]
    elif found := _NAME.search(header):
        charset, value = encoding or "", found[1] or found[2] or b""
    else:
        return None
    name = clean_line(_decoded(unquote_to_bytes(value), charset)).replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, name))[:LONGEST_NAME] or None


def _decoded(raw: bytes, charset: str) -> str:
    """What bytes say: in UTF-8, which nothing else looks like by chance, in a charset, or in what most sites use."""
    for codec in ("utf-8", charset, GB18030):
        try:
            return raw.decode(codec)
        except (UnicodeError, LookupError):
            continue
    return raw.decode("latin-1")
