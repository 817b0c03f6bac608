"""HTML → paragraphs, safe HTML, and what is embedded and linked; text → credits, language. Pure functions.

A body is a list of *containers*: elements whose text and children are the body, in order. `analyse` reads it in one
walk; `paragraphs`, `safe_html`, `images` and the others each give a part of that, for who needs only one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.text.addresses import original_image
from crawler.text.body import Body, analyse
from crawler.text.lines import clean_line
from crawler.text.parsing import document, fragment
from crawler.text.script import language
from crawler.text.staff import credits  # noqa: A004  # the record's word for it

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from crawler.items import Attachment, Image, Link, Media

__all__ = [
    "Body",
    "analyse",
    "attachments",
    "audios",
    "body_text",
    "clean_line",
    "credits",
    "document",
    "fragment",
    "images",
    "language",
    "links",
    "original_image",
    "paragraphs",
    "safe_html",
    "videos",
]


def paragraphs(nodes: Sequence[HtmlElement]) -> list[str]:
    """The text of a body, a line for each paragraph, list item, heading and table row."""
    return analyse(nodes).paragraphs


def body_text(nodes: Sequence[HtmlElement]) -> str:
    """The text of a body: its paragraphs, joined by blank lines."""
    return analyse(nodes).text


def safe_html(nodes: Sequence[HtmlElement], base_url: str) -> str:
    """The content of a body as safe HTML, with links absolute."""
    return analyse(nodes, base_url).html


def images(nodes: Sequence[HtmlElement], base_url: str) -> list[Image]:
    """The pictures of a body."""
    return analyse(nodes, base_url).images


def attachments(nodes: Sequence[HtmlElement], base_url: str) -> list[Attachment]:
    """The files that a body offers."""
    return analyse(nodes, base_url).attachments


def videos(nodes: Sequence[HtmlElement], base_url: str) -> list[Media]:
    """The videos that a body embeds."""
    return analyse(nodes, base_url).videos


def audios(nodes: Sequence[HtmlElement], base_url: str) -> list[Media]:
    """The sounds that a body embeds."""
    return analyse(nodes, base_url).audios


def links(nodes: Sequence[HtmlElement], base_url: str) -> list[Link]:
    """The links inside a body, but for files and for pictures that lead to their originals."""
    return analyse(nodes, base_url).links
