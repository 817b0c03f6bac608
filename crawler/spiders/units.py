"""Units as spiders make and read them: from a target and back."""

from __future__ import annotations

from typing import Any

from crawler.discuz.urls import Kind, Target, key
from crawler.store import Found, Unit


def listing_unit(target: Target, *, priority: int = 0, purpose: str = "", **payload: Any) -> Found:
    """Make the unit of a listing page.

    Args:
        target: names the page; a category whose catid is not known goes by its folder.
        priority: higher is taken sooner.
        purpose: what the page is read for if not for the run's own walk: another one reads it once more.
        payload: what reading the page will want to know; JSON-able.
    """
    folder = {"folder": target.name} if target.number is None else {}
    kept = {name: value for name, value in payload.items() if name != "folder"}
    return Found(
        key=f"{purpose}:{key(target)}" if purpose else key(target),
        kind="listing",
        number=target.number,
        page=target.page,
        payload=kept | folder,
        priority=priority,
        refresh=bool(purpose),
        catid=target.number,
    )


def walk_of(unit: Unit) -> str:
    """Give the walk that a listing page belongs to; empty for the run's own walk.

    >>> from crawler.store import Unit
    >>> walk_of(Unit(1, "sweep:listing/3/2", "listing", 3, 2, {}))
    'sweep'
    """
    purpose, sign, _ = unit.key.partition(":")
    return purpose if sign and purpose.isalpha() else ""


def article_unit(target: Target, *, refresh: bool = False, **payload: Any) -> Found:
    """Make the unit of an article.

    Args:
        target: names it by number; one that its owner made a file of, and gave a name, by that file's path.
        refresh: read it even if it was read before.
        payload: ``cover``, ``urls``: what only a listing tells of it.
    """
    kept = {name: value for name, value in payload.items() if name != "path"}
    path = {"path": target.name} if target.name else {}
    return Found(key=key(target), kind="article", number=target.number, payload=kept | path, refresh=refresh)


def target_of(unit: Unit) -> Target:
    """Give what a unit names."""
    if unit.kind == "article":
        return Target(Kind.ARTICLE, unit.number, 1, unit.payload.get("path", ""))
    return Target(Kind.LISTING, unit.number, unit.page, "" if unit.number is not None else unit.payload["folder"])
