"""The picture that goes with an entry of a list, among avatars, icons and placeholders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

_NAMED: Final = ("zoomfile", "file", "data-original", "data-src")
_OTHER: Final = frozenset({"src", "alt", "title", "class", "id", "style", "onclick", "onerror", "onload", "srcset"})
_PICTURE: Final = re.compile(r"[^\s\"'<>]+\.(?:jpe?g|png|gif|webp|bmp|avif)(?:[?!#@][^\s\"'<>]*)?", re.IGNORECASE)
_NONE: Final = re.compile(
    r"(?:^|/)(?:static/|template/|uc_server/|source/plugin/)|avatar|/(?:none|blank|loading|lazy|placeholder|nopic|nophoto"
    r"|noimage|transparent|grey|spacer|s)\.(?:gif|png|jpe?g|svg)|^data:",
    re.IGNORECASE,
)
_BACKGROUND: Final = re.compile(r"url\(\s*[\"']?([^\"')]+)")


def cover_of(images: Iterable[HtmlElement], backgrounds: Iterable[HtmlElement]) -> str | None:
    """The address of an entry's picture, as printed.

    Where a script loads it later, ``src`` is a placeholder and the address is in another attribute.

    Args:
        images: its ``img`` elements, in order.
        backgrounds: elements whose style has an address in it.

    Returns:
        None where all are avatars, icons, or part of the template.
    """
    for image in images:
        for address in _addresses(image):
            if address and not _NONE.search(address):
                return address
    for node in backgrounds:
        found = _BACKGROUND.search(node.get("style", ""))
        if found is not None and not _NONE.search(found[1]):
            return found[1].strip()
    return None


def _addresses(image: HtmlElement) -> list[str]:
    named = [image.get(name, "").strip() for name in _NAMED]
    other = [
        value.strip()
        for name, value in image.attrib.items()
        if name not in _OTHER and name not in _NAMED and _PICTURE.fullmatch(value.strip())
    ]
    return [*named, *other, image.get("src", "").strip()]
