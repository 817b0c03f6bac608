"""What a reader does not see: text that is hidden against copying, and parts of a page that are no text.

Discuz!'s own anti-copy text (``jammer`` in ``source/function/function_discuzcode.php``, X3.1-X3.5) is a
``font.jammer`` or a ``display:none`` span; owners add tricks of their own by style. What Discuz! itself puts into a
text is told by its classes and calls: an article's ad ``a_af`` (``portal/view.htm``), a post's ads ``a_pr``, ``a_pt``
and ``a_pb``, what guests are told of files ``attach_nopermission`` (``forum/viewthread_node_body.htm``), the button
under a piece of code (``tpl_codedisp`` in ``forum/discuzcode.htm``; all X3.1-X3.5).
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
SPOKEN: Final = 8  # words of the software's around a picture

_GONE_CLASSES: Final = frozenset({"jammer", "vm_pagetitle", "a_af", "a_pr", "a_pt", "a_pb", "attach_nopermission"})
#: A picture's small version for guests, with the advice to log in (``guestviewthumb`` in ``forum/discuzcode.htm``,
#: newer X3.4, X3.5).
_SPOKEN_CLASS: Final = "guestviewthumb"
_BUTTON: Final = "copycode("  # how the click on a button of the software's begins
#: What WeChat hides until its scripts have run, all of an article; where one is pasted whole, they never do.
_WECHAT_BODY: Final = "js_content"
#: A size of a ``font`` is never too small to read, but the smallest in white on white are meant not to be seen.
_SMALLEST: Final = frozenset({"0", "1", "-5", "-6", "-7"})
_WHITE: Final = frozenset({"#ffffff", "#fff", "ffffff", "white"})
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
    if names:
        if not _GONE_CLASSES.isdisjoint(names.split()):
            return GONE
        if names == _SPOKEN_CLASS:
            inherited |= SPOKEN
    if "hidden" in attributes or (node.tag == "em" and attributes.get("onclick", "").startswith(_BUTTON)):
        return GONE
    if node.tag == "font" and (size := attributes.get("size")) is not None:
        is_white = attributes.get("color", "").strip().lower() in _WHITE
        inherited = inherited | TINY if is_white and size.strip() in _SMALLEST else inherited & ~TINY
    style = attributes.get("style")
    if style and attributes.get("id") != _WECHAT_BODY:
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
    if declared.get("display") == "none" or _off_screen(declared) or _shut(declared):
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


def _shut(declared: dict[str, str]) -> bool:
    """Whether a box without height or width shows nothing of what is in it."""
    if declared.get("overflow") not in {"hidden", "clip"}:
        return False
    sides = (declared.get(side, "") for side in ("height", "max-height", "width", "max-width"))
    return any((length := _LENGTH.fullmatch(side)) and float(length[1]) == 0 for side in sides)


def _off_screen(declared: dict[str, str]) -> bool:
    placed = declared.get("position") in {"absolute", "fixed"}
    moves = [declared.get("text-indent", ""), *(declared.get(side, "") for side in ("left", "top") if placed)]
    return any(
        (length := _LENGTH.fullmatch(move)) and length[2] == "px" and float(length[1]) <= _OFF_SCREEN for move in moves
    )
