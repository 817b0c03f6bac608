"""Which articles an export is about: by day, by category, by status.

A gone or moved article, and a line of new comments, say nothing of day and category: they go with what was last
published of their article.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from crawler.discuz.urls import Grammar
from crawler.errors import StorageError, UsageError
from crawler.export.faults import export_faults
from crawler.sites.site import site_root
from crawler.spiders.tree import Tree
from crawler.store import Category
from crawler.store.ledgers import CATEGORIES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.export.options import Options
    from crawler.export.reading import Place

_CATID = re.compile(r"(?:^|[?&;])catid=(\d{1,15})(?!\d)")
NOWHERE = "http://localhost/"
"""Root of a site of which no address is known: no folder of it is then known by an address either."""


class Filters:
    """What the filters of an export keep.

    Args:
        options: what is asked for.
        places: the sites.

    Raises:
        UsageError: no site has a category that is asked for.
        StorageError: a site's list of categories cannot be read.
    """

    def __init__(self, options: Options, places: Sequence[Place]) -> None:
        self._first = options.from_date.isoformat() if options.from_date else ""
        self._last = options.until_date.isoformat() if options.until_date else ""
        self._statuses = frozenset(options.statuses)
        self._catids = chosen_catids(options.categories, places) if options.categories else None

    @property
    def are_of_articles(self) -> bool:
        """Whether a line may have to be judged by another one of the same article."""
        return bool(self._first or self._last or self._catids is not None)

    def by_status(self, record: dict[str, Any]) -> bool:
        """Tell whether a line's status is asked for."""
        return not self._statuses or record["status"] in self._statuses

    def by_article(self, site: str, record: dict[str, Any]) -> bool | None:
        """Tell whether an article's day and category are asked for; None where its line tells neither."""
        if record["kind"] != "article" or record["status"] != "published":
            return None
        if self._first or self._last:
            day = (record["date_published"] or "")[:10]
            if not day or day < self._first or (self._last and day > self._last):
                return False
        if self._catids is None:
            return True
        own = {record["discuz"]["catid"], *(crumb["catid"] for crumb in record["breadcrumbs"])}
        return not own.isdisjoint(self._catids[site])


def chosen_catids(words: Sequence[str], places: Sequence[Place]) -> dict[str, set[int | None]]:
    """Give the numbers of the categories that some words mean, those of all below them too, by site.

    Args:
        words: numbers, names, folders or addresses.
        places: the sites.

    Raises:
        UsageError: no site has such a category.
        StorageError: a site's list of categories cannot be read.
    """
    trees = {place.name: _tree(place) for place in places}
    found: dict[str, set[int | None]] = {name: set() for name in trees}
    for word in words:
        catids = {name: set(_catids(word, tree)) for name, tree in trees.items()}
        if not any(catids.values()):
            there = {f"{category.catid} {category.name}": None for tree in trees.values() for category in tree}
            raise UsageError(f"--category {word}: there is none; there are {', '.join(there) or 'none known'}")
        for name, numbers in catids.items():
            found[name] |= numbers
    return found


def _catids(word: str, tree: Tree) -> Iterator[int]:
    if word.isdecimal():
        named = [tree.get(int(word))]
    elif "://" in word or "catid=" in word:
        named = [_by_address(word, tree)]
    else:
        named = list(tree.named(word))
    for category in filter(None, named):
        yield from tree.branch(category.catid) or filter(None, [category.catid])


def _by_address(word: str, tree: Tree) -> Category | None:
    """Find a category whose address was another when it was seen: a site moves to another port or to https."""
    try:
        parts = urlsplit(word)
    except ValueError:  # such as "http://["
        return None
    if catid := _CATID.search(parts.query or word):
        return tree.get(int(catid[1]))
    path = f"/{parts.path.strip('/')}"
    found = [one for one in tree if one.folder and path.endswith(f"/{one.folder}")]
    return max(found, key=lambda one: len(one.folder or ""), default=None)


def _tree(place: Place) -> Tree:
    path = place.folder / CATEGORIES
    with export_faults(path):
        try:
            lines = path.read_bytes().splitlines()
        except FileNotFoundError:
            lines = []
    names = ("key", "catid", "name", "url", "folder", "parent_key")
    try:
        known = [Category(**{name: about[name] for name in names}) for about in map(orjson.loads, lines)]
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise StorageError(f"{path}: it is no list of categories: crawl the site once more, which writes it") from None
    root = place.url or next((site_root(category.url) for category in known if category.url), NOWHERE)
    return Tree(Grammar(root), known)
