"""Reads a body in one walk: its paragraphs, its safe HTML, and all that is embedded and linked in it."""

from __future__ import annotations

from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Final

import nh3

from crawler.text.addresses import LINK_SCHEMES, MEDIA_SCHEMES, absolute
from crawler.text.entities import BEYOND_BMP, resolved
from crawler.text.finds import Anchor, Finds
from crawler.text.hidden import GONE, SEEN, VEILED, hidden
from crawler.text.markup import BLOCKS, INLINES, Block, Inline, Writer
from crawler.text.media import codes, embedded, source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lxml.html import HtmlElement

    from crawler.items import Attachment, Image, Link, Media

#: Left out with all that is in it: no browser shows it as text.
_LEFT_OUT: Final = ("style", "template", "noscript", "noframes", "title", "head", "xml")
#: Blocks whose tags are not kept: they only end lines.
_BOXES: Final = frozenset(
    {
        *("address", "article", "aside", "center", "details", "dialog", "fieldset", "footer", "form", "header"),
        *("hgroup", "legend", "main", "marquee", "nav", "option", "search", "section", "summary"),
    },
)
#: Old names of blocks.
_OLD: Final = {"menu": "ul", "dir": "ul", "listing": "pre", "plaintext": "pre", "xmp": "pre"}
#: A word that the owner wants to lead somewhere wherever it stands: the software's link, not the text's
#: (``parse_related_link`` in ``source/class/helper/helper_seo.php``, X3.1-X3.5).
_RELATED_LINK: Final = "relatedlink"
_KEPT_ATTRIBUTES: Final = {
    "td": ("colspan", "rowspan"),
    "th": ("colspan", "rowspan"),
    "img": ("alt", "width", "height"),
}
_CLEANER: Final = nh3.Cleaner(
    tags={*BLOCKS, *INLINES, "br", "hr", "img", "video", "audio", "source"},
    clean_content_tags={"script", "style"},
    attributes={
        **{tag: set(names) for tag, names in _KEPT_ATTRIBUTES.items()},
        "a": {"href"},
        "img": {"src", *_KEPT_ATTRIBUTES["img"]},
        **{tag: {"src"} for tag in ("video", "audio", "source")},
    },
    link_rel=None,
    url_schemes={*LINK_SCHEMES, *MEDIA_SCHEMES},
)


class Body:
    """What a body holds.

    Attributes:
        paragraphs: Its text, a line each.
        images: Its pictures in order, each address once.
        attachments: The files it offers, likewise.
        videos: The videos it embeds, likewise.
        audios: The sounds it embeds, likewise.
        links: Its other links, in order.
    """

    def __init__(self, markup: str, paragraphs: list[str], finds: Finds) -> None:
        self._markup = markup
        self.paragraphs = paragraphs
        self.images: list[Image] = finds.images
        self.attachments: list[Attachment] = finds.attachments
        self.videos: list[Media] = finds.videos
        self.audios: list[Media] = finds.audios
        self.links: list[Link] = finds.links

    @cached_property
    def html(self) -> str:
        """The same content as safe HTML: only harmless elements and attributes, links absolute."""
        return _CLEANER.clean(self._markup).strip()

    @property
    def text(self) -> str:
        """Its paragraphs, joined by blank lines."""
        return "\n\n".join(self.paragraphs)


def analyse(nodes: Sequence[HtmlElement], base_url: str = "") -> Body:
    """Reads a body.

    Args:
        nodes: The containers whose text and children are the body, in order; their own tags and tails are not.
        base_url: What relative addresses resolve against: the page's ``<base href>``.

    Returns:
        All that is in it. Left out are scripts, styles, comments, what is hidden, what stands in ``ignore_js_op``
        (Discuz!'s mark for what only scripts use; pictures, files and videos in it do count), and the page's title
        (``div.vm_pagetitle``).
    """
    walk = _Walk(base_url)
    for node in nodes:
        walk.read(node)
    markup = walk.writer.finish()
    return Body(markup, walk.writer.paragraphs.result(), walk.finds)


class _Visit:
    """An element that is being read: what is to be ended after it, and what held before it."""

    __slots__ = ("anchor", "block", "children", "ends_line", "hidden", "inline", "mute", "node", "outer_anchor")

    children: Iterator[HtmlElement]

    def __init__(self, node: HtmlElement, hidden_before: int, outer_anchor: Anchor | None, *, mute: bool) -> None:
        self.node = node
        self.hidden = hidden_before
        self.mute = mute
        self.outer_anchor = outer_anchor
        self.anchor: Anchor | None = None
        self.block: Block | None = None
        self.inline: Inline | None = None
        self.ends_line = False


class _Walk:
    """Walks the elements of a body, however deep, and hands on what is seen.

    What is done with an element its tag says, in the tables `_LEAVES` and `_OPENERS`; any other one is but a wrapper.

    Attributes:
        writer: Gets text and structure.
        finds: Gets the rest.
    """

    def __init__(self, base_url: str) -> None:
        self.writer = Writer()
        self.finds = Finds(base_url)
        self._base_url = base_url
        self._visits: list[_Visit] = []
        self._hidden = SEEN  # why text is not seen here
        self._mute = False  # whether only finds count here

    def read(self, container: HtmlElement) -> None:
        """Reads what is in an element; its own tag does not count."""
        if container.text:
            self._text(container.text)
        visits = self._visits
        for child in container:
            self._enter(child)
            while visits:
                grandchild = next(visits[-1].children, None)
                if grandchild is None:
                    self._leave(visits.pop())
                else:
                    self._enter(grandchild)
        self.writer.end_line()

    def _enter(self, node: HtmlElement) -> None:
        """Reads an element without children and its tail, or begins to read one with children."""
        tag = node.tag
        if isinstance(tag, str):  # else a comment
            inside = hidden(node, self._hidden)
            if not inside & GONE:
                leaf = _LEAVES.get(tag)
                if leaf is None:
                    self._open(node, tag, inside)
                    return
                leaf(self, node, tag, inside)
        if node.tail:
            self._text(node.tail)

    def _open(self, node: HtmlElement, tag: str, inside: int) -> None:
        """Begins an element that may hold text."""
        visit = _Visit(node, self._hidden, self.finds.anchor, mute=self._mute)
        opener = _OPENERS.get(tag)
        if opener is not None:
            opener(self, node, tag, visit)
        self._hidden = inside
        if node.text:
            self._text(node.text)
        if len(node):
            visit.children = iter(node)
            self._visits.append(visit)
        else:
            self._leave(visit)

    def _leave(self, visit: _Visit) -> None:
        """Ends an element and reads its tail."""
        if visit.anchor is not None:
            self.finds.close_link(visit.anchor, is_content=not visit.mute)
        if visit.inline is not None:
            self.writer.close_inline(visit.inline)
        elif visit.ends_line:
            self._space_in_link()
            self.writer.close_block(visit.block)
        self._hidden = visit.hidden
        self._mute = visit.mute
        self.finds.anchor = visit.outer_anchor
        if visit.node.tail:
            self._text(visit.node.tail)

    # --- elements that hold text ----------------------------------------------------------------------------------

    def _open_link(self, node: HtmlElement, _tag: str, visit: _Visit) -> None:
        if node.get("class") == _RELATED_LINK:
            return
        url = self.finds.open_link(node)
        if url is not None:
            visit.anchor = self.finds.anchor
            if not self._mute:
                visit.inline = self.writer.open_inline("a", f' href="{escape(url)}"')

    def _open_block(self, node: HtmlElement, tag: str, visit: _Visit) -> None:
        if not self._mute:
            self._space_in_link()
            kept = _KEPT_ATTRIBUTES.get(tag)
            visit.block = self.writer.open_block(_OLD.get(tag, tag), _attributes(node, kept) if kept else "")
            visit.ends_line = True

    def _open_inline(self, _node: HtmlElement, tag: str, visit: _Visit) -> None:
        if not self._mute:
            visit.inline = self.writer.open_inline(tag)

    def _open_box(self, _node: HtmlElement, _tag: str, visit: _Visit) -> None:
        if not self._mute:
            self._space_in_link()
            self.writer.end_line()
            visit.ends_line = True

    def _open_media(self, node: HtmlElement, _tag: str, _visit: _Visit) -> None:
        self.finds.add_media(embedded(node))

    def _open_ignored(self, _node: HtmlElement, _tag: str, _visit: _Visit) -> None:
        self._mute = True

    # --- text and elements that hold none -------------------------------------------------------------------------

    def _text(self, text: str) -> None:
        if self._hidden:
            return
        if "&#" in text:
            text = resolved(text, BEYOND_BMP)
        if "[/" in text:
            text, media = codes(text)
            self.finds.add_media(media)
        if self.finds.anchor is not None:
            self.finds.anchor.words.append(text)
        if not self._mute:
            self.writer.text(text)

    def _space_in_link(self) -> None:
        if self.finds.anchor is not None:
            self.finds.anchor.words.append(" ")

    def _line_end(self, _node: HtmlElement, tag: str, _inside: int) -> None:
        self._space_in_link()
        if self._mute:
            return
        if tag == "br":
            self.writer.line_break()
        else:
            self.writer.rule()

    def _picture(self, node: HtmlElement, _tag: str, inside: int) -> None:
        image = None if inside & VEILED else self.finds.add_picture(node)
        if image is not None and not self._mute:
            attributes = _attributes(node, _KEPT_ATTRIBUTES["img"])
            self.writer.atom(f'<img src="{escape(image.url)}"{attributes}>')

    def _leave_out(self, _node: HtmlElement, _tag: str, _inside: int) -> None:
        """Passes over an element with all that is in it."""

    def _media(self, node: HtmlElement, _tag: str, _inside: int) -> None:
        self.finds.add_media(embedded(node))

    def _player(self, node: HtmlElement, tag: str, _inside: int) -> None:
        self.finds.add_media(embedded(node))
        if self._mute:
            return
        own = absolute(self._base_url, source(node), MEDIA_SCHEMES)
        sources = [absolute(self._base_url, source(encoding), MEDIA_SCHEMES) for encoding in node.iter("source")]
        if own or any(sources):
            inside = "".join(f'<source src="{escape(url)}">' for url in sources if url)
            attribute = f' src="{escape(own)}"' if own else ""
            self.writer.atom(f"<{tag}{attribute}>{inside}</{tag}>")


#: What is done with elements that hold no text, or none for readers; given the element, its tag, and why it is hidden.
_LEAVES: Final[dict[str, Callable[[_Walk, HtmlElement, str, int], None]]] = {
    **dict.fromkeys(_LEFT_OUT, _Walk._leave_out),
    **dict.fromkeys(("br", "hr"), _Walk._line_end),
    **dict.fromkeys(("iframe", "script"), _Walk._media),  # text in these and players is for browsers without them
    **dict.fromkeys(("video", "audio"), _Walk._player),
    "img": _Walk._picture,
}
#: How the others begin, where they are more than wrappers; given the element, its tag, and its visit.
_OPENERS: Final[dict[str, Callable[[_Walk, HtmlElement, str, _Visit], None]]] = {
    **dict.fromkeys(_BOXES, _Walk._open_box),
    **dict.fromkeys((*BLOCKS, *_OLD), _Walk._open_block),
    **dict.fromkeys(INLINES, _Walk._open_inline),
    **dict.fromkeys(("embed", "object"), _Walk._open_media),
    "a": _Walk._open_link,
    "ignore_js_op": _Walk._open_ignored,
}


def _attributes(node: HtmlElement, names: tuple[str, ...]) -> str:
    """Attributes of an element as markup, each after a space."""
    kept = ((name, node.get(name)) for name in names)
    return "".join(f' {name}="{escape(value)}"' for name, value in kept if value is not None)
