"""Pictures: the best of the addresses that an ``img`` prints, and whether it belongs to the article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.items import Image
from crawler.text.addresses import IMAGE_SCHEMES, absolute, is_decoration, original_image

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Discuz! prints the original as ``zoomfile`` and the picture to show as ``file``, and a placeholder as ``src``
#: (``attachinpost`` in ``template/default/forum/discuzcode.htm``, X3.1-X3.5); WeChat's editor uses ``data-src``.
_ADDRESSES: Final = ("zoomfile", "file", "data-src", "src")
_THUMB: Final = ".thumb.jpg"
_PIXELS: Final = re.compile(r"\s*(\d{1,6})(?:\.\d+)?\s*(?:px)?\s*", re.IGNORECASE)


def picture(node: HtmlElement, base_url: str) -> Image | None:
    """The picture that an ``img`` shows.

    Args:
        node: An ``img``.
        base_url: What relative addresses resolve against.

    Returns:
        None where it has no address that can be fetched, or shows a smiley or another picture of the software.
    """
    attributes = node.attrib
    addresses = (attributes.get(name) for name in _ADDRESSES)
    printed = next(
        (url for address in addresses if address and (url := absolute(base_url, address, IMAGE_SCHEMES))),
        None,
    )
    if printed is None or "smilieid" in attributes or is_decoration(printed, base_url):
        return None
    url, thumb_url = original_image(printed)
    return Image(
        url=url,
        alt=(attributes.get("alt") or "").strip() or None,
        width=_pixels(attributes.get("width")),
        height=_pixels(attributes.get("height")),
        thumb_url=thumb_url or _printed_thumb(node, url, base_url),
    )


def _printed_thumb(node: HtmlElement, url: str, base_url: str) -> str | None:
    """The thumbnail of a picture that names its original too."""
    for name in ("file", "src"):
        address = node.get(name)
        if address and address.endswith(_THUMB) and absolute(base_url, address, IMAGE_SCHEMES) == url + _THUMB:
            return url + _THUMB
    return None


def _pixels(length: str | None) -> int | None:
    match = _PIXELS.fullmatch(length or "")
    return int(match[1]) if match else None
