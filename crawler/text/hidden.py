"""What a reader does not see: text that is hidden against copying, and parts of a page that are no text.

Discuz!'s own anti-copy text (``jammer`` in ``source/function/function_discuzcode.php``, X3.1-X3.5) is a
``font.jammer`` or a ``display:none`` span; owners add tricks of their own by style.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement


#: Why text is not seen, as bits (plain integers: every element is asked). Each but `GONE` may end further inside.
SEEN: Final = 0
GONE: Final = 1  # nothing inside is seen
TINY: Final = 2  # set in letters of no size; a size of its own makes inner text visible again
VEILED: Final = 4  # ``visibility: hidden``; ``visible`` inside ends it

_GONE_CLASSES: Final = ("jammer", "vm_pagetitle")
_LENGTH: Final = re.compile(r"(-?\d*\.?\d+)(px|pt|em|ex|ch|rem|%|vw|vh|cm|mm|in|pc)?")
_NAMED_SIZE: Final = frozenset(
    {"xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "xxx-large"},
)
_RELATIVE: Final = frozenset({"em", "ex", "ch", "%"})
_TINY: Final = 1.0  # the largest size, in px or pt, that nobody can read
_OFF_SCREEN: Final = -500.0  # px; further left than any page reaches


def hidden(node: HtmlElement, inherited: int) -> int:
    """Why the text of an element is not seen.

    Args:
        node: An element.
        inherited: Why its parent's text is not seen; never `GONE`, whose inside nobody looks at.
    """
    attributes = node.attrib
    if not attributes:
        return inherited
    names = attributes.get("class")
    if names and any(name in _GONE_CLASSES for name in names.split()):
        return GONE
    if "hidden" in attributes:
        return GONE
    if inherited & TINY and node.tag == "font" and "size" in attributes:
        inherited &= ~TINY
    style = attributes.get("style")
    if style:
        sets, clears = effect(style)
        return inherited & ~clears | sets
    return inherited


@lru_cache(maxsize=2048)
def effect(style: str) -> tuple[int, int]:
    """What a ``style`` attribute does to the visibility of an element's text.

    Args:
        style: The attribute's value.

    Returns:
        What it sets, and what it clears of the parent's.

    >>> effect("color:red; Display : none !important")
    (1, 0)
    """
    sets = clears = SEEN
    declared = _declarations(style)
    if declared.get("display") == "none" or _off_screen(declared):
        sets |= GONE
    if (visibility := declared.get("visibility")) in {"hidden", "collapse"}:
        sets |= VEILED
    elif visibility == "visible":
        clears |= VEILED
    tiny = _is_tiny(declared.get("font-size", ""))
    if tiny is not None:
        sets, clears = (sets | TINY, clears) if tiny else (sets, clears | TINY)
    return sets, clears


def _declarations(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.lower().split(";"))
    return {name.strip(): value.replace("!important", "").strip() for name, _, value in pairs}


def _is_tiny(size: str) -> bool | None:
    """Whether a font size cannot be read; None where it leaves the parent's size as it is or scales it."""
    if size in _NAMED_SIZE:
        return False
    length = _LENGTH.fullmatch(size)
    if not length:
        return None
    if length[2] in _RELATIVE:
        return True if float(length[1]) == 0 else None
    return float(length[1]) <= _TINY


def _off_screen(declared: dict[str, str]) -> bool:
    placed = declared.get("position") in {"absolute", "fixed"}
    moves = [declared.get("text-indent", ""), *(declared.get(side, "") for side in ("left", "top") if placed)]
    return any(
        (length := _LENGTH.fullmatch(move)) and length[2] == "px" and float(length[1]) <= _OFF_SCREEN for move in moves
    )
