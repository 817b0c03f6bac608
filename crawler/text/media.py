"""Videos and sounds: the ways in which a body embeds them, from ``<video>`` to the players of old Discuz! versions.

Discuz! turns ``[flash]`` of an article into markup in ``blog_flash`` (``source/function/function_blog.php``): an
``object`` with an ``embed``, an ``object`` with ``FlashVars``, a script that calls ``AC_FL_RunContent`` (X3.1-X3.4),
or an ``ignore_js_op`` with a script that calls ``detectPlayer`` and a link (X3.4, X3.5), or that writes the ``iframe``
of a video site's player, in older ones with a Flash player for browsers without it (``parseflv`` in
``source/function/function_discuzcode.php``). Text of a forum post has the same.
"""

from __future__ import annotations

import re
from itertools import islice
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
_WRITTEN_FRAME: Final = re.compile(
    r"""\.innerHTML\s*=\s*\([^<]{0,80}<iframe\s[^>]{0,200}?\bsrc\s*=\s*\\?["']([^"'\\]+)""",
    re.IGNORECASE,
)
_CODE: Final = re.compile(
    r"\[(flash|media|audio|video|swf)(?:=[\w%,.]{0,40})?\]\s*((?:https?|rtmp|rtsp|mms)://[^\s\[\]<>\"']+)\s*\[/\1\]",
    re.IGNORECASE | re.ASCII,
)
_PLAYER_BOXES: Final = 3  # levels: a link stands in a box of the player's
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
        address = next(filter(None, map(source, (node, *node.iter("source")))), "")
        return [Embedded(address, node.tag == "audio")] if address else []
    if node.tag == "script":
        return _scripted(node.text or "")
    if node.tag == "object":
        return _object(node)
    address = source(node)
    return [Embedded(address, _is_sound(address, node.get("type", "")))] if address else []


def source(node: HtmlElement) -> str:
    """The address of what an element plays, as printed; WeChat's editor and scripts that load late have ``data-src``.

    Args:
        node: A ``video``, ``audio``, ``source``, ``embed`` or ``iframe``.
    """
    return node.get("data-src") or node.get("src") or ""


def leftover(link: HtmlElement) -> list[Embedded]:
    """What a link inside an ``ignore_js_op`` stands in for: X3.5 prints one for readers without a player.

    Args:
        link: An ``a``; a link outside of ``div.media`` stands in for nothing.
    """
    boxes = islice(link.iterancestors("div"), _PLAYER_BOXES)
    if any("media" in (box.get("class") or "").split() for box in boxes):
        address = link.get("href", "")
        return [Embedded(address, _is_sound(address, ""))]
    return []


def codes(text: str) -> tuple[str, list[Embedded]]:
    """Takes codes of media that Discuz! left as they were, ``[media=…]address[/media]``, out of a text.

    An article's text is only searched for ``[flash]`` (``blog_bbcode``), so that others show in what was a forum post.

    Args:
        text: A text.

    Returns:
        The text without them, and what they name.
    """
    found: list[Embedded] = []

    def take(code: re.Match[str]) -> str:
        found.append(Embedded(code[2], code[1].lower() == "audio" or _is_sound(code[2], "")))
        return ""

    return _CODE.sub(take, text), found


def _object(node: HtmlElement) -> list[Embedded]:
    parameters = {(p.get("name") or "").lower(): p.get("value") or "" for p in node.iterchildren("param")}
    addresses = [node.get("data") or "", *(parameters.get(name, "") for name in _ADDRESS_PARAMETERS)]
    return _flash(next(filter(None, addresses), ""), parameters.get("flashvars", ""))


def _scripted(script: str) -> list[Embedded]:
    found = [Embedded(frame[1], is_sound=False) for frame in _WRITTEN_FRAME.finditer(script)]
    if found:
        return found
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
