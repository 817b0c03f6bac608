"""What any page tells of its site: links, program, charset, language, time zone."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from crawler import loaders
from crawler.discuz.urls import Kind, Target, learn_style
from crawler.errors import UsageError
from crawler.middlewares.charset import charset_of
from crawler.pages import HomePage, parse
from crawler.pages.interface import interface_language
from crawler.sites.site import site_root

if TYPE_CHECKING:
    from crawler.discuz.urls import Grammar, Style
    from crawler.items import RawSite
    from crawler.pages import Theme
    from crawler.probe.asking import Answer
    from crawler.probe.findings import Findings
    from crawler.sites import Site


class Looking:
    """Takes in every page that is read.

    Args:
        findings: where it is written down.
        theme: how the site's template departs from the default.
    """

    def __init__(self, findings: Findings, theme: Theme) -> None:
        self._findings = findings
        self._theme = theme
        self._hrefs: dict[str, None] = {}
        self._aids: set[int] = set()

    def at(self, answer: Answer) -> HomePage:
        """Look at a page, and give it as one with the site's navigation."""
        page = HomePage(parse(answer.response.text), answer.response.url, self._theme)
        self._hrefs |= dict.fromkeys(link.url for link in page.raw().links)
        program, said = self._findings.program, page.site()
        program.site_name = program.site_name or said.name
        program.generator = program.generator or said.generator
        program.template = program.template or said.template
        program.icp = program.icp or said.icp
        if program.charset is None:
            charset = charset_of(answer.response)
            program.charset, program.charset_source = charset.encoding, charset.source
            program.charset_declared = said.charset
        program.language = program.language or interface_language(page)
        return page

    def article(self, aid: int) -> None:
        """Note the number of an article, as its page tells it: it proves how addresses are spelled."""
        self._aids.add(aid)

    def zone(self, said: RawSite, context: loaders.Context) -> None:
        """Note the zone of a page's dates. Templates may print it on some pages only: the best one counts."""
        zone, source = context.time_zone(said)
        found = self._findings.time_zone
        if found.source in {None, "default"}:
            offset = context.fetched_at.astimezone(zone).strftime("%z")
            found.offset, found.source = f"{offset[:3]}:{offset[3:]}", source

    def style(self, site: Site, grammar: Grammar) -> Style:
        """Say how addresses are spelled, by the profile, else by all links so far."""
        own = [href for href in self._hrefs if grammar.below(href)]
        style = site.style or learn_style(own, grammar.root, self._aids)
        found = self._findings.addresses
        found.links = len(own)
        found.rules = {kind: rule for kind, rule in asdict(style).items() if rule}
        kinds = Counter(grammar.parse(href).kind for href in own)
        found.source = "profile" if site.style else "links" if kinds[Kind.ARTICLE] else None
        return style


def examples(findings: Findings, grammar: Grammar) -> dict[str, str]:
    """Give an address of each kind of page, by kind: those that were read, where there are any."""
    aid = next((one.aid for one in findings.articles if one.aid), 1)
    return {
        "home": grammar.build(Target(Kind.HOME)),
        "listing": next((one.url for one in findings.categories), grammar.build(Target(Kind.LISTING, 1))),
        "article": next((one.url for one in findings.articles), grammar.build(Target(Kind.ARTICLE, aid))),
        "comments": grammar.build(Target(Kind.COMMENTS, aid, 1, "aid")),
        "feed": grammar.build(Target(Kind.FEED)),
        "attachment": grammar.build(Target(Kind.ATTACHMENT, 1)),
    }


def root_of(stated: str, came_from: str) -> str:
    """Give the root of a site, as its page states it, under the host that served the page.

    Args:
        stated: the page's ``<base href>``. Its folder counts; its scheme and host are often those of a server behind
            the one that is seen from outside.
        came_from: the page's address.

    >>> root_of("http://10.0.0.7/", "https://www.example.com/news/shehui/")
    'https://www.example.com/'
    """
    here = urlsplit(site_root(came_from))
    try:
        folder = urlsplit(site_root(stated)).path
    except UsageError:
        folder = here.path
    return urlunsplit(here._replace(path=folder if here.path.startswith(folder) else here.path))
