"""The URL grammar of a Discuz! X portal: what an address names, and how a site spells it.

`Grammar` knows *where* an address lies: on this site, on the host of one of its categories, elsewhere. *What* the part
below the site root names is the same on every site but for its `Style` (`crawler.discuz.reading`, `.writing`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from crawler.discuz.learning import style_of
from crawler.discuz.reading import INDEX, name_of, noisy, page_of, parameters, plain
from crawler.discuz.styles import Style
from crawler.discuz.targets import Kind, Target, key, spelled
from crawler.discuz.writing import below_root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

__all__ = ["Grammar", "Kind", "Style", "Target", "key", "learn_style"]

DEFAULT_PORTS = {"http": 80, "https": 443}

MEMO = 4096
"""Addresses whose target is remembered: a page's navigation comes again on every page."""

CONTROLS = dict.fromkeys([*range(32), 127])
HERE = re.compile(r"[\x00-\x20]*(?:#|\Z)")
OTHER_SCHEME = re.compile(r"(?!https?:)[a-z][a-z0-9+.-]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Grammar:
    """How one site's addresses are read and written.

    Attributes:
        root: the site root with a slash at its end, ``http://host[:port]/[path/]``: what Discuz! calls ``siteurl`` and
            prints as ``<base href>``.
        style: the site's rewrite rules.
        folders: catid by the folder of its category, as far as known (``{"news/shehui": 3}``).
        domains: what a further host (``host[:port]``) of this site is: the catid or the folder of the top category
            whose own host it is, or ``""`` for another name of the site itself.
        aliases: roots that the site had before, or has besides: what is below one of them is of this site.

    Raises:
        ValueError: `root` or one of `aliases` is no http(s) address that ends in a slash, or a key of `domains` is no
            host.
    """

    root: str
    style: Style = Style.DYNAMIC
    folders: Mapping[str, int] = field(default_factory=dict, hash=False)
    domains: Mapping[str, int | str] = field(default_factory=dict, hash=False)
    aliases: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for root in (self.root, *self.aliases):
            parts = urlsplit(root)
            if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not parts.path.endswith("/"):
                raise ValueError(f"site root {root!r} must be http(s)://host/ with a slash at its end")
            if parts.query or parts.fragment:
                raise ValueError(f"site root {root!r} must end with its path")
        if not all(self._hosts) or not all(host for host, _ in self._other_roots):
            raise ValueError(f"each key of domains={dict(self.domains)!r} must be a host")

    # --- reading ---

    def parse(self, url: str) -> Target:
        """Give what an address names.

        Never raises: what is no address of this site, or none that is known, is `Kind.OTHER` under its own spelling.

        Args:
            url: absolute, or relative to the site root, as pages print it: ``&amp;`` and noise are no matter.
        """
        target = self._memo.get(url)
        if target is None:
            if len(self._memo) >= MEMO:
                self._memo.clear()
            target = self._memo[url] = self._read(url)
        return target

    def clean(self, url: str) -> str:
        """Give the absolute address without session and tracking parameters, otherwise as it is spelled.

        Never raises. An address of another site is made absolute and left alone; so is a link to the page that it
        stands on (``#top``), which names nothing by itself.
        """
        if HERE.match(url):
            return url.strip()
        address, hash_sign, fragment = url.translate(CONTROLS).partition("#")
        address = self._absolute(address)  # by itself, as it is read: urljoin resolves "; #" and "; " differently
        url = f"{address}{hash_sign}{fragment}".rstrip()
        return url if self._place(address) is None else without_noise(url)

    def below(self, url: str) -> str | None:
        """Give the part of an address below the site root, without a fragment; None if it is not of this site."""
        place = self._place(self._absolute(url).partition("#")[0])
        return place and place[1]

    def here(self, url: str) -> str:
        """Give the address at this root of what lies below an alias; any other address as it is. Never raises."""
        if not self.aliases or (below := self._below_alias(self._absolute(url))) is None:
            return url
        return self.root + below

    def _read(self, url: str) -> Target:
        if HERE.match(url):
            return Target(Kind.OTHER)
        address = self._absolute(url.partition("#")[0])
        place = self._place(address)
        if place is None:
            return Target(Kind.OTHER, name=address)
        category, rest = place[0], without_noise(place[1])
        path, _, query = rest.partition("?")
        if category and INDEX.fullmatch(plain(path)):
            return self._listing(category, page_of(parameters(query)))
        return name_of(rest, self.style, self.folders) or Target(Kind.OTHER, name=without_noise(address))

    def _listing(self, category: int | str, page: int) -> Target:
        """Name a category by its number if that is known, else by its folder."""
        catid = self.folders.get(category) if isinstance(category, str) else category
        return Target(Kind.LISTING, catid, page, "" if catid else str(category))

    def _absolute(self, url: str) -> str:
        """Resolve an address against the site root, where Discuz!'s ``<base href>`` points."""
        url = url.translate(CONTROLS).strip()
        if url.startswith(self.root) or OTHER_SCHEME.match(url):
            return url
        try:
            return urljoin(self.root, url).strip()
        except ValueError:  # urllib refuses "http://["
            return url

    def _place(self, url: str) -> tuple[int | str, str] | None:
        """Give the category whose own host an absolute address is on ("" for none) and its part below the site root.

        None for addresses of other sites, and of other directories of this host.
        """
        if self.aliases and (below := self._below_alias(url)) is not None:
            return "", below
        if url.startswith(self.root):
            return "", url[len(self.root) :]
        try:
            parts = urlsplit(url)
            category = self._hosts.get(host_of(url)) if parts.scheme in DEFAULT_PORTS else None
        except ValueError:
            return None
        if category is None or not f"{parts.path}/".startswith(self._path):
            return None
        return category, parts.path[len(self._path) :] + (f"?{parts.query}" if parts.query else "")

    def _below_alias(self, url: str) -> str | None:
        """Give the part of an absolute address below the alias that it is of; None if it is of none.

        An alias may lie below the root, or the root below an alias: the longest of them counts.
        """
        try:
            parts = urlsplit(url)
            host = host_of(url) if parts.scheme in DEFAULT_PORTS else None
        except ValueError:
            return None
        is_own = host == self._own[0] and f"{parts.path}/".startswith(self._path)
        for at, path in self._other_roots:
            if at == host and f"{parts.path}/".startswith(path) and not (is_own and len(path) <= len(self._path)):
                below = parts.path[len(path) :] + (f"?{parts.query}" if parts.query else "")
                return below + (f"#{parts.fragment}" if parts.fragment else "")
        return None

    # --- writing ---

    def build(self, target: Target) -> str:
        """Give the absolute address of a target in the site's own style.

        Raises:
            ValueError: the target has neither a number nor a name where its kind needs one.
        """
        if target.kind is Kind.OTHER:
            return target.name
        if target.kind is Kind.LISTING:
            folder = self._folders.get(target.number or 0, target.name)
            page = f"index.php?page={target.page}" if target.page > 1 else ""
            if own_root := self._roots.get(target.number or folder):
                return own_root + page
            if folder:
                return f"{self._roots.get(folder.partition('/')[0], self.root)}{spelled(folder, safe='/')}/{page}"
        return self.root + below_root(target, self.style)

    # --- derived once ---

    @cached_property
    def _memo(self) -> dict[str, Target]:
        return {}

    @cached_property
    def _path(self) -> str:
        return urlsplit(self.root).path

    @cached_property
    def _own(self) -> tuple[str, str]:
        """Host and path of the root."""
        return place_of(self.root)

    @cached_property
    def _other_roots(self) -> list[tuple[str, str]]:
        """Host and path of each alias, the longest path first."""
        return sorted(map(place_of, self.aliases), key=lambda place: -len(place[1]))

    @cached_property
    def _hosts(self) -> dict[str, int | str]:
        """What each host of the site is."""
        scheme = urlsplit(self.root).scheme
        return {host_of(self.root): "", **{host_of(f"{scheme}://{host}"): what for host, what in self.domains.items()}}

    @cached_property
    def _folders(self) -> dict[int, str]:
        """Folder by catid."""
        return {catid: folder for folder, catid in self.folders.items()}

    @cached_property
    def _roots(self) -> dict[int | str, str]:
        """Root by the number and by the folder of the category whose own host it is.

        A category's own host comes before its folder, and its descendants' folders lie on that host too
        (``source/function/cache/cache_portalcategory.php``).
        """
        roots: dict[int | str, str] = {}
        for host, category in self.domains.items():
            if category:
                catid = self._listing(category, 1).number or 0
                names = {category, catid, self._folders.get(catid, "")} - {0, ""}
                roots |= dict.fromkeys(names, f"{urlsplit(self.root).scheme}://{host}{self._path}")
        return roots


def host_of(url: str) -> str:
    """Give ``host[:port]`` of an address, the port only if it is not the scheme's own.

    Raises:
        ValueError: it has no port that could be one.
    """
    parts = urlsplit(url)
    port = parts.port
    return parts.hostname or "" if port in {None, DEFAULT_PORTS.get(parts.scheme)} else f"{parts.hostname}:{port}"


def place_of(root: str) -> tuple[str, str]:
    """Give host and path of a root: two with the same are one place, whatever their scheme.

    >>> place_of("https://WWW.example.com:443/bbs/")
    ('www.example.com', '/bbs/')

    Raises:
        ValueError: it has no port that could be one.
    """
    return host_of(root), urlsplit(root).path


def without_noise(url: str) -> str:
    """Leave out the parameters of an address that do not change what it names."""
    address, hash_sign, fragment = url.partition("#")
    path, question_mark, query = address.partition("?")
    while "&amp;" in query:
        query = query.replace("&amp;", "&")
    kept = "&".join(part for part in query.split("&") if part.strip() and not noisy(part.partition("=")[0]))
    return f"{path}{question_mark if kept else ''}{kept}{hash_sign}{fragment}".rstrip()


def learn_style(hrefs: Iterable[str], root: str, aids: Collection[int] = ()) -> Style:
    """Learn a site's rewrite rules from the links on its pages.

    Args:
        hrefs: links as printed, of one page or of many.
        root: the site root, with a slash at its end.
        aids: numbers of articles that the pages name otherwise than by links, such as the hidden inputs of related
            articles; they prove rules that the owner has changed.

    Raises:
        ValueError: `root` is no http(s) address that ends in a slash.
    """
    grammar = Grammar(root)
    below = (grammar.below(without_noise(href)) for href in hrefs if not href.startswith("#"))
    return style_of([rest for rest in below if rest], aids)
