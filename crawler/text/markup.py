"""Writes a body anew: the same content in the fewest elements, nested as HTML5 nests them.

What people paste is nested in ways that every parser mends differently: paragraphs in paragraphs, bold around boxes,
words between the cells of a table. Here it is mended once, so that safe HTML says the same to every reader of it, and
its paragraphs are those of the original:

- inline elements stand inside blocks, never around them, and none without content;
- a block ends an open paragraph; where a block that is not kept ended a line, a ``br`` does;
- what stands in a table outside of its cells gets a row and a cell of its own, as in CSS; a stray cell is a box, and
  so is an item without a list.
"""

from __future__ import annotations

from html import escape
from typing import Final

from crawler.text.lines import Paragraphs

BLOCKS: Final = frozenset(
    {
        *("p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre"),
        *("figure", "figcaption", "table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"),
    },
)
INLINES: Final = frozenset(
    {"a", "b", "strong", "i", "em", "u", "s", "strike", "del", "ins", "sub", "sup", "small", "code"}
)

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SECTIONS: Final = frozenset({"thead", "tbody", "tfoot"})
_CELLS: Final = frozenset({"td", "th"})
#: Elements of a table that hold nothing but its other elements.
_FRAME: Final = frozenset({"table", "tr"}) | _SECTIONS
_TABLE_PARTS: Final = frozenset({"caption", "tr"}) | _SECTIONS | _CELLS
#: Which innermost blocks end where one begins: HTML5's parsers end some of them, libxml2 others. Nesting that one of
#: the two undoes is never written.
_ENDED: Final = {
    "li": _HEADINGS | {"p", "pre", "dl"},
    "p": _HEADINGS | {"p"},
    "table": _HEADINGS | {"p", "pre"},
    "ul": frozenset({"p", "pre"}),
    "dl": frozenset({"p", "pre", "dt"}),
    "dt": frozenset({"p", "pre"}),
    "dd": frozenset({"p", "pre"}),
    "pre": frozenset({"p", "ul"}),
    **dict.fromkeys(_HEADINGS, _HEADINGS | {"p"}),
}
_PARAGRAPH: Final = frozenset({"p"})
#: An item ends the item before it, through boxes and paragraphs that were left open.
_ITEMS: Final = {"li": frozenset({"li"}), "dt": frozenset({"dt", "dd"}), "dd": frozenset({"dt", "dd"})}
_LISTS: Final = {"li": frozenset({"ul", "ol"}), "dt": frozenset({"dl"}), "dd": frozenset({"dl"})}
#: What items of a list further out do not stand in.
_NO_LIST: Final = _CELLS | {"caption", "blockquote", "figure", "figcaption"}
_THROUGH: Final = frozenset({"div", "p"})
#: Deeper blocks only end lines. Parsers give up at 256 (libxml2), and nobody draws 128 boxes in one another.
_DEEPEST: Final = 128
_TABLE_DEPTH: Final = 3  # a table that is begun must have room for its body, a row and a cell


class Block:
    """A block that is open: where it stands tells whether it still is."""

    __slots__ = ("implied", "tag")

    def __init__(self, tag: str, *, implied: bool = False) -> None:
        self.tag = tag
        self.implied = implied  # made by the writer, for content that needs it


class Inline:
    """An inline element that what comes next is to stand in."""

    __slots__ = ("outer", "place", "start", "tag")

    def __init__(self, tag: str, start: str) -> None:
        self.tag = tag
        self.start = start
        self.outer: Inline | None = None  # the link that this link stands in for, and where that was wanted
        self.place = 0


class Writer:
    """Takes the parts of a body in document order and makes markup and paragraphs of them, in one go."""

    def __init__(self) -> None:
        self.paragraphs = Paragraphs()
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._wanted: list[Inline] = []
        self._open: list[Inline] = []  # what of `_wanted` is written
        self._adjoins = False  # whether inline content would join what was written last
        self._break = False  # whether a line ended with nothing written for it
        self._preformatted = 0

    # --- blocks ---------------------------------------------------------------------------------------------------

    def open_block(self, tag: str, attributes: str = "") -> Block | None:
        """Begins a block.

        Args:
            tag: One of `BLOCKS`.
            attributes: Its attributes as markup, each after a space.

        Returns:
            What `close_block` takes; None where the block only ended a line.
        """
        if tag in _TABLE_PARTS:
            if not self._make_room(tag):
                tag, attributes = "div", ""
        else:
            self._leave_frame()
            if tag in _LISTS and not self._in_list(tag):
                tag = "div"
        self._end_siblings(tag)
        if tag not in _TABLE_PARTS and len(self._blocks) >= (_DEEPEST - _TABLE_DEPTH if tag == "table" else _DEEPEST):
            self.end_line()
            return None
        return self._push(Block(tag), attributes)

    def close_block(self, block: Block | None) -> None:
        """Ends a block and what is still open in it; one that something else ended before now ends a line.

        Args:
            block: What `open_block` returned.
        """
        if block is not None and block in self._blocks:
            while self._pop() is not block:
                pass
        else:
            self.end_line()

    def end_line(self) -> None:
        """Ends the line, as a block does whose tags are not kept."""
        self.paragraphs.end_line()
        self._break = self._adjoins

    def _end_siblings(self, tag: str) -> None:
        """Ends the blocks that cannot stand around a block of this kind."""
        blocks = self._blocks
        ended = _ENDED.get(tag, _PARAGRAPH)
        while blocks and blocks[-1].tag in ended:
            self._pop()
        if tag in _ITEMS:
            depth = len(blocks) - 1
            while depth >= 0 and blocks[depth].tag in _THROUGH:
                depth -= 1
            if depth >= 0 and blocks[depth].tag in _ITEMS[tag]:
                self.close_block(blocks[depth])

    def _in_list(self, item: str) -> bool:
        """Whether a list is open that an item of this kind may stand in."""
        for block in reversed(self._blocks):
            if block.tag in _LISTS[item]:
                return True
            if block.tag in _NO_LIST:
                return False
        return False

    def _make_room(self, tag: str) -> bool:
        """Makes the innermost open block one that may hold this part of a table; False where no table is open."""
        blocks = self._blocks
        depth = len(blocks) - 1
        while depth >= 0 and blocks[depth].implied:
            depth -= 1
        if depth < 0 or blocks[depth].tag not in _FRAME:
            return False
        if tag in _CELLS:
            if blocks[-1].implied and blocks[-1].tag in _CELLS:
                self._pop()
            self._open_row()
            return True
        holders = _SECTIONS | {"table"} if tag == "tr" else {"table"}
        while blocks[-1].tag not in holders:
            self._pop()
        if tag == "tr":
            self._open_section()
        return True

    def _leave_frame(self) -> None:
        """Opens a row and a cell where content is to stand in a table outside of its cells."""
        if self._blocks and self._blocks[-1].tag in _FRAME:
            self._open_row()
            self._push(Block("td", implied=True))

    def _open_row(self) -> None:
        if self._blocks[-1].tag != "tr":
            self._open_section()
            self._push(Block("tr", implied=True))

    def _open_section(self) -> None:
        if self._blocks[-1].tag == "table":
            self._push(Block("tbody", implied=True))

    def _push(self, block: Block, attributes: str = "") -> Block:
        if self._open:
            self._close_inlines(0)
        tag = block.tag
        if tag == "tr":
            self.paragraphs.open_row()
        elif tag in _CELLS:
            self.paragraphs.open_cell()
        else:
            self.paragraphs.end_line()
            self._preformatted += tag == "pre"
        self._blocks.append(block)
        self._parts.append(f"<{tag}{attributes}>")
        self._adjoins = self._break = False
        return block

    def _pop(self) -> Block:
        if self._open:
            self._close_inlines(0)
        block = self._blocks.pop()
        if block.tag == "tr":
            self.paragraphs.close_row()
        else:
            self.paragraphs.end_line()
            self._preformatted -= block.tag == "pre"
        self._parts.append(f"</{block.tag}>")
        self._adjoins = self._break = False
        return block

    # --- inline content -------------------------------------------------------------------------------------------

    def open_inline(self, tag: str, attributes: str = "") -> Inline | None:
        """Begins an inline element; it is written when there is something to write in it.

        Args:
            tag: One of `INLINES`.
            attributes: Its attributes as markup, each after a space.

        Returns:
            What `close_inline` takes; None where it changes nothing, as bold in bold. Of links the innermost counts.
        """
        inline = Inline(tag, f"<{tag}{attributes}>")
        for place, outer in enumerate(self._wanted):
            if outer.tag == tag:
                if tag != "a":
                    return None
                inline.outer, inline.place = self._wanted.pop(place), place
                break
        self._wanted.append(inline)
        return inline

    def close_inline(self, inline: Inline) -> None:
        """Ends an inline element.

        Args:
            inline: What `open_inline` returned.
        """
        self._wanted.remove(inline)
        if inline.outer is not None:
            self._wanted.insert(inline.place, inline.outer)

    def text(self, text: str) -> None:
        """Writes text.

        Args:
            text: Any text; outside of ``pre`` its line ends are spaces.
        """
        if text.isspace() and not self._preformatted:
            self._space(text)
            return
        self._begin_inline()
        if self._preformatted:
            self._preformatted_text(text)
        else:
            self.paragraphs.add(text)
            self._parts.append(escape(text, quote=False))

    def _space(self, space: str) -> None:
        """Writes space where it stands; it needs no cell and no inline element of its own."""
        if self._blocks and self._blocks[-1].tag in _FRAME:
            space = space if space.isascii() else ""  # of other spaces a parser would make content before the table
        else:
            self.paragraphs.add(space)
            self._close_unwanted()
        self._parts.append(space)

    def _preformatted_text(self, text: str) -> None:
        lines = text.replace("\r\n", "\n").replace("\r", "\n")
        if self._parts[-1] == "<pre>":
            lines = lines.lstrip("\n")  # parsers drop the first, and would drop one more each time
        if lines:
            self._parts.append(escape(lines, quote=False))
        for number, line in enumerate(lines.split("\n")):
            if number:
                self.paragraphs.end_line()
            self.paragraphs.add(line)

    def atom(self, markup: str) -> None:
        """Writes an inline element that holds no text, such as an image.

        Args:
            markup: The whole of it.
        """
        self._begin_inline()
        self._parts.append(markup)

    def line_break(self) -> None:
        """Writes a ``br``."""
        self._leave_frame()
        self._close_unwanted()
        self.paragraphs.end_line()
        self._parts.append("<br>")
        self._adjoins = self._break = False

    def rule(self) -> None:
        """Writes an ``hr``."""
        self._leave_frame()
        self._end_siblings("hr")
        self._close_inlines(0)
        self.paragraphs.end_line()
        self._parts.append("<hr>")
        self._adjoins = self._break = False

    def _begin_inline(self) -> None:
        """Makes what is written next stand in all inline elements that it is wanted in."""
        self._leave_frame()
        self._close_unwanted()
        if self._break:
            self._parts.append("<br>")
            self._break = False
        for inline in self._wanted[len(self._open) :]:
            self._open.append(inline)
            self._parts.append(inline.start)
        self._adjoins = True

    def _close_unwanted(self) -> None:
        """Ends the written inline elements from the first on that does not go on."""
        if self._open:
            kept = 0
            for written, wanted in zip(self._open, self._wanted, strict=False):
                if written is not wanted:
                    break
                kept += 1
            self._close_inlines(kept)

    def _close_inlines(self, kept: int) -> None:
        while len(self._open) > kept:
            self._parts.append(f"</{self._open.pop().tag}>")

    # --- the result -----------------------------------------------------------------------------------------------

    def finish(self) -> str:
        """Gives the markup, once every block is closed."""
        self._close_inlines(0)
        return "".join(self._parts)
