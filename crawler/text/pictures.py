"""Pictures: the best of the addresses that an ``img`` prints, and whether it belongs to the article."""

from __future__ import annotations

import re
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Final

from crawler.items import Image
from crawler.text.addresses import IMAGE_SCHEMES, absolute, is_decoration, original_image

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement

#: Discuz! prints the original as ``zoomfile`` and the picture to show as ``file``, and a placeholder as ``src``
#: (``attachinpost`` in ``template/default/forum/discuzcode.htm``, X3.1-X3.5); WeChat's editor uses ``data-src``, other
#: sites that pictures are pasted from the names after it, all beside a placeholder as ``src``. ``_src`` is UEditor's.
_ADDRESSES: Final = (
    *("zoomfile", "file", "data-src", "data-original", "data-lazy-src", "data-lazyload", "data-actualsrc", "data-echo"),
    *("data-backsrc", "data-lazy", "lazyload", "lazy-src", "original", "real_src", "src", "_src", "data-url"),
)
#: Pictures of nothing, by which pages hold a place; their files are called so.
_PLACEHOLDER: Final = re.compile(
    r"(?:^|/)(?:none|blank|spacer|transparent|pixel|gr[ae]y|loading|lazyload)\.(?:gif|png)$"
)
_SOURCES: Final = 9  # more are not looked at
_STORED: Final = "/data/attachment/"
#: An address of a ``srcset``, and how large the picture there is: a width or a density.
_CANDIDATE: Final = re.compile(r"([^\s,]\S*[^\s,])(?:\s+(\d+(?:\.\d+)?)[wx])?")
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
    attributes = dict(node.items())
    printed = None if "smilieid" in attributes else next(_printed(node, attributes, base_url), None)
    if printed is None:
        return None
    url, thumb_url = original_image(printed)
    return Image(
        url=url,
        alt=(attributes.get("alt") or "").strip() or None,
        width=_pixels(attributes.get("width")),
        height=_pixels(attributes.get("height")),
        thumb_url=thumb_url or _printed_thumb(node, url, base_url),
    )


def _printed(node: HtmlElement, attributes: Mapping[str, str], base_url: str) -> Iterator[str]:
    """The addresses that may be a picture's, the best first."""
    for name in _ADDRESSES:
        address = attributes.get(name)
        url = absolute(base_url, address, IMAGE_SCHEMES) if address else None
        if url is not None and not _shows_nothing(url, base_url):
            yield url
    for candidates in filter(None, (attributes.get("srcset"), attributes.get("data-srcset"), *_sources(node))):
        best = max(_CANDIDATE.findall(candidates), key=lambda candidate: float(candidate[1] or 1), default=("", ""))
        url = absolute(base_url, best[0], IMAGE_SCHEMES)
        if url is not None and not _shows_nothing(url, base_url):
            yield url


def _sources(node: HtmlElement) -> Iterator[str | None]:
    """The sets of addresses of the ``source`` elements before an ``img``, around which libxml2 nests them."""
    around = takewhile(lambda element: element.tag in {"source", "picture"}, node.iterancestors())
    for element in islice(around, _SOURCES):
        for source in (element, *islice(element.iterchildren("source"), _SOURCES)):
            yield source.get("srcset") or source.get("data-srcset")


def _shows_nothing(url: str, base_url: str) -> bool:
    """Whether an address is a placeholder or a picture of the software's own."""
    path = url.partition("?")[0]
    if _STORED in path:
        return False
    return is_decoration(url, base_url) or _PLACEHOLDER.search(path) is not None


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
