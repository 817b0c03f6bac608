"""What a body holds beside text, collected while it is read: pictures, files, videos, sounds, links."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from crawler.items import Attachment, Image, Link, Media
from crawler.text.addresses import MEDIA_SCHEMES, absolute, is_attachment, is_picture
from crawler.text.lines import collapse
from crawler.text.media import leftover
from crawler.text.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

    from crawler.text.media import Embedded

_SIZE: Final = re.compile(r"\(?\s*(\d+(?:\.\d+)?) (Bytes|KB|MB|GB)\b")
_SIZE_WITHIN: Final = 3  # elements after the one that holds the link
_UNITS: Final = {"Bytes": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}


@dataclass(slots=True)
class Anchor:
    """A link that is being read: where it leads, and what is in it so far."""

    node: HtmlElement
    url: str
    place: int  # how many links came before
    words: list[str] = field(default_factory=list)
    pictures: list[Image] = field(default_factory=list)


class Finds:
    """Collects in the order of the body; a picture, file, video or sound counts once, by its address."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self._images: dict[str, Image] = {}
        self._attachments: dict[str, Attachment] = {}
        self._media: dict[str, bool] = {}  # address: whether it is a sound
        self.links: list[Link] = []
        self.anchor: Anchor | None = None  # the link that all this is in

    @property
    def images(self) -> list[Image]:
        """The pictures."""
        return list(self._images.values())

    @property
    def attachments(self) -> list[Attachment]:
        """The files."""
        return list(self._attachments.values())

    @property
    def videos(self) -> list[Media]:
        """The videos."""
        return [Media(url) for url, is_sound in self._media.items() if not is_sound]

    @property
    def audios(self) -> list[Media]:
        """The sounds."""
        return [Media(url) for url, is_sound in self._media.items() if is_sound]

    def add_picture(self, node: HtmlElement) -> Image | None:
        """Adds what an ``img`` shows, and gives it if it is a picture of the article."""
        image = picture(node, self._base_url)
        if image is not None:
            self._images.setdefault(image.url, image)
            if self.anchor is not None:
                self.anchor.pictures.append(image)
        return image

    def add_media(self, found: Iterable[Embedded]) -> None:
        """Adds videos and sounds."""
        for address, is_sound in found:
            url = absolute(self._base_url, address, MEDIA_SCHEMES)
            if url is not None:
                self._media.setdefault(url, is_sound)

    def open_link(self, node: HtmlElement) -> str | None:
        """Begins an ``a`` and gives its address; None where it leads nowhere."""
        url = absolute(self._base_url, node.get("href", ""))
        if url is not None:
            self.anchor = Anchor(node, url, len(self.links))
        return url

    def close_link(self, anchor: Anchor, *, is_content: bool) -> None:
        """Ends a link: now it is known what it was.

        A picture's link to its original and an empty link are no links for a reader.

        Args:
            anchor: What `open_link` began.
            is_content: Whether it stands in the text, not in an ``ignore_js_op``.
        """
        url = anchor.url
        text = collapse("".join(anchor.words))
        if anchor.pictures and not text:
            if is_content and not is_attachment(url) and not any(url == image.url for image in anchor.pictures):
                self.links.insert(anchor.place, Link(url, ""))
        elif is_attachment(url):
            if is_picture(url):
                return  # it shows in the text, too
            name = text or anchor.node.get("title") or url.rpartition("/")[2]
            self._attachments.setdefault(url, Attachment(url, name, _printed_size(anchor.node)))
        elif not is_content:
            self.add_media(leftover(anchor.node))
        elif text:
            self.links.insert(anchor.place, Link(url, text))


def _printed_size(link: HtmlElement) -> int | None:
    """The size of a file in bytes, as exact as it is printed.

    Forum templates print it after the link, or after the paragraph that holds the link, a tip, and a paragraph that
    parsers make of an end tag (``attachinpost``, ``attachlist`` in ``template/default/forum/discuzcode.htm``,
    X3.1-X3.5).
    """
    parent = link.getparent()
    around = () if parent is None else islice(parent.itersiblings(), _SIZE_WITHIN)
    for node in (*islice(link.itersiblings(), 1), *around):
        size = _SIZE.match((node.text or "").strip())
        if size:
            return round(float(size[1]) * _UNITS[size[2]])
    return None
