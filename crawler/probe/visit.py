"""A visit to a site: asking for its pages, and noting what is in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler import loaders
from crawler.discuz.urls import Grammar, Style
from crawler.discuz.walls import Wall
from crawler.middlewares.charset import charset_of
from crawler.probe.asking import Unread
from crawler.probe.findings import Findings, Met
from crawler.probe.looking import Looking
from crawler.sites.cookies import doubt

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.discuz.urls import Target
    from crawler.pages import Theme
    from crawler.probe.asking import Answer, Fetcher
    from crawler.sites import Site


class Visit:
    """Asks for pages of a site.

    Args:
        fetcher: fetches them.
        site: the site, as far as it is known.
        theme: how its template departs from the default.
        tell: is told what is being read.

    Attributes:
        site: the site, at the address where it was found.
        grammar: how it spells addresses.
        findings: what was found out so far.
        looking: takes in what any page tells.
    """

    def __init__(self, fetcher: Fetcher, site: Site, theme: Theme, tell: Callable[[str], None]) -> None:
        self.fetcher = fetcher
        self.theme = theme
        self.site = site
        self.grammar = Grammar(site.url, site.style or Style.DYNAMIC, aliases=site.aliases)
        self.findings = Findings(
            url=site.url,
            name=site.name,
            profile=str(site.profile) if site.profile else None,
            probed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            aliases=list(site.aliases),
        )
        self.looking = Looking(self.findings, theme)
        self._tell = tell

    async def get(self, what: str, target: Target, url: str | None = None) -> Answer:
        """Fetch a page.

        Args:
            what: what it is, in words.
            target: what it is, by its address.
            url: the address, if that is not to be spelled as the site spells it.

        Raises:
            Unread: it is not to be had; that has been noted.
        """
        self._tell(what)
        address = url or self.grammar.build(target)
        try:
            return await self.fetcher.fetch(address, target)
        except Unread as error:
            also = doubt(self.site) if error.why == Wall.LOGIN else ""
            self.note(what, address, error.why, "; ".join(filter(None, (error.text, also))))
            raise

    def note(self, what: str, url: str, why: str, text: str = "") -> None:
        """Note something in the way."""
        self.findings.met.append(Met(what=what, url=url, why=why, text=text))

    def settle(self, root: str) -> None:
        """Take an address for the site's root; one on another host, or of another scheme, is its alias from now on."""
        was = self.site.url
        if root == was:
            return
        aliases = [alias for alias in self.site.aliases if alias != root]
        if urlsplit(was)[:2] != urlsplit(root)[:2] and was not in aliases:
            aliases.append(was)
        self.site = replace(self.site, url=root, aliases=tuple(aliases))
        self.findings.url, self.findings.aliases = root, aliases
        # Not by an alias of just now: a site that leads round in a ring would be followed as one that leads home.
        self.grammar = replace(self.grammar, root=root)

    def spell(self) -> None:
        """Spell addresses as the site's links do, as far as they have told."""
        self.grammar = replace(self.grammar, style=self.looking.style(self.site, self.grammar))

    def context(self, answer: Answer) -> loaders.Context:
        """Give what a record needs to know besides the pages."""
        charset = charset_of(answer.response)
        return loaders.Context(
            site_name=self.site.name,
            grammar=self.grammar,
            fetched_at=answer.moment,
            zone=self.site.zone,
            http_status=answer.response.status,
            encoding=charset.encoding,
            encoding_source=charset.source,
        )
