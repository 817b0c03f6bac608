"""Videos and sounds: the ways in which a body embeds them, from ``<video>`` to the players of old Discuz! versions.

Discuz! turns ``[flash]`` of an article into markup in ``blog_flash`` (``source/function/function_blog.php``): an
``object`` with an ``embed``, an ``object`` with ``FlashVars``, a script that calls ``AC_FL_RunContent`` (X3.1-X3.4),
or an ``ignore_js_op`` with a script that calls ``detectPlayer`` and a link (X3.5). Text of a forum post has the same.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.html import HtmlElement

_SOUNDS: Final = frozenset(
    {"mp3", "wma", "wav", "ogg", "oga", "opus", "m4a", "aac", "flac", "amr", "mid", "midi", "ra"},
)
_OWN_PLAYERS: Final = re.compile(r"static/image/common/(?:flv)?player\.swf$")
_SOUND_PLAYER: Final = "static/image/common/player.swf"
_ADDRESS_PARAMETERS: Final = ("movie", "src", "url", "filename")
_FLASH_CALL: Final = "AC_FL_RunContent("
_PLAYER_CALL: Final = "detectPlayer("
_QUOTED: Final = re.compile(r"'([^']*)'|\"([^\"]*)\"")


class Embedded(NamedTuple):
    """Something embedded: its address as printed, and whether it is a sound rather than a video."""

    address: str
    is_sound: bool


def embedded(node: HtmlElement) -> list[Embedded]:
    """What an element embeds.

    Args:
        node: A ``video``, ``audio``, ``embed``, ``object``, ``iframe`` or ``script``.

    Returns:
        Nothing where it embeds nothing, such as a script that does something else; of several encodings of one video
        the first.
    """
    if node.tag in {"video", "audio"}:
        sources = (source.get("src") for source in (node, *node.iter("source")))
        address = next(filter(None, sources), "")
        return [Embedded(address, node.tag == "audio")] if address else []
    if node.tag == "script":
        return _scripted(node.text or "")
    if node.tag == "object":
        return _object(node)
    address = node.get("src", "")
    return [Embedded(address, _is_sound(address, node.get("type", "")))] if address else []


def leftover(link: HtmlElement) -> list[Embedded]:
    """What a link inside an ``ignore_js_op`` stands in for: X3.5 prints one for readers without a player.

    Args:
        link: An ``a``; a link outside of ``div.media`` stands in for nothing.
    """
    if any("media" in (box.get("class") or "").split() for box in link.iterancestors("div")):
        address = link.get("href", "")
        return [Embedded(address, _is_sound(address, ""))]
    return []


def _object(node: HtmlElement) -> list[Embedded]:
    parameters = {(p.get("name") or "").lower(): p.get("value") or "" for p in node.iter("param")}
    addresses = [node.get("data") or "", *(parameters.get(name, "") for name in _ADDRESS_PARAMETERS)]
    return _flash(next(filter(None, addresses), ""), parameters.get("flashvars", ""))


def _scripted(script: str) -> list[Embedded]:
    found = []
    for call in script.split(_FLASH_CALL)[1:]:
        arguments = _arguments(call)
        named = {name.lower(): value for name, value in zip(arguments[::2], arguments[1::2], strict=False)}
        found += _flash(named.get("src", ""), named.get("flashvars", ""))
    for call in script.split(_PLAYER_CALL)[1:]:
        match _arguments(call):
            case [_, kind, address, *_] if address:
                found.append(Embedded(address, kind in _SOUNDS or _is_sound(address, "")))
    return found


def _arguments(call: str) -> list[str]:
    return [quoted[1] or quoted[2] or "" for quoted in _QUOTED.finditer(call)]


def _flash(address: str, variables: str) -> list[Embedded]:
    """What a Flash player plays: Discuz!'s own players are told by a variable, others are the video themselves."""
    if not _OWN_PLAYERS.search(address.partition("?")[0]):
        return [Embedded(address, _is_sound(address, ""))] if address else []
    told = parse_qs(variables)
    played = _first(told.get("soundFile", ())) or _first(told.get("file", ()))
    return [Embedded(played, _SOUND_PLAYER in address or _is_sound(played, ""))] if played else []


def _first(values: Iterable[str]) -> str:
    return next(iter(values), "")


def _is_sound(address: str, content_type: str) -> bool:
    """By the address's extension, else by the declared type; RealPlayer's plug-in calls itself audio for videos too."""
    extension = address.partition("?")[0].rpartition("/")[2].rpartition(".")[2].lower()
    return extension in _SOUNDS or (content_type.startswith("audio/") and "realaudio" not in content_type)
