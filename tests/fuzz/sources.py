"""The sound pages that are broken: those of ``fixtures/pages``, those of fixture portals, and captured ones."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler.text.decoding import decide
from fixtures.portal.model import build
from fixtures.portal.options import Options
from fixtures.portal.render import Renderer
from tests.captured import HERE
from tests.comparing.pages import all_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pages"
ROOT = "http://127.0.0.1:8000/"
#: The articles of portals that are broken: some of those that stand for something (`fixtures.portal.features`).
NAMED = (
    *("rich", "titled-pages", "wechat", "broken-cell", "table", "pictures", "files", "media", "comments-20", "guests"),
    *("thread", "reactions", "related", "masked"),
)

PORTALS: list[dict[str, Any]] = [
    {},
    {"style": "rewrite", "template": "x3.1", "charset": "gbk"},
    {"template": "x3.2", "charset": "big5"},
    {"template": "x3.3", "language": "vi", "footer": False},
    {"template": "x3.5", "language": "th", "style": "rewrite", "content": "full"},
    {"theme": "gazette"},
    {"theme": "cards", "charset": "gbk"},
    {"theme": "river", "template": "x3.5"},
    {"theme": "magazine"},
]


@dataclass(frozen=True, slots=True)
class Source:
    """A sound page.

    Attributes:
        name: Where it is from.
        url: Its address.
        text: Its source.
        charset: What it is written in.
        content_type: The ``Content-Type`` of its response.
        article: Whether it is an article's.
        site: The root of its site.
    """

    name: str
    url: str
    text: str
    charset: str
    content_type: str
    article: bool
    site: str

    def encode(self, text: str) -> bytes:
        """Another text in the charset of this page, as a server prints it."""
        return text.encode(self.charset, "xmlcharrefreplace")


def of_fixtures() -> Iterator[Source]:
    """The pages under ``fixtures/pages``."""
    for path in sorted(FIXTURES.glob("*/page.html")):
        about = json.loads(path.with_name("meta.json").read_bytes())
        charset = about["charset"]
        text = path.read_bytes().decode(charset)
        kind = f"{'application/xml' if about.get('type') == 'xml' else 'text/html'}; charset={charset}"
        site = "/".join(about["url"].split("/")[:3]) + "/"
        article = path.parent.name.startswith("article")
        yield Source(f"fixtures/{path.parent.name}", about["url"], text, charset, kind, article, site)


def of_portal(features: Sequence[str], **options: Any) -> Iterator[Source]:
    """Some pages of a fixture portal: the articles that stand for something, and one of each other kind."""
    chosen = Options(articles=100, **options)
    portal = build(chosen)
    printed = Renderer(portal, ROOT)
    name = "-".join(map(str, ("portal", *options.values())))
    top = portal.tree.top[0].catid
    for feature in features:
        aid = portal.named(feature)
        url = ROOT + printed.article_url(aid)
        text = printed.view(url, aid, 1, 100)
        yield Source(f"{name}/{feature}", url, text, chosen.charset, f"text/html; charset={chosen.charset}", True, ROOT)
    url = f"{ROOT}portal.php?mod=list&catid={top}"
    discussed = portal.named("comments-55")
    others = {
        url: printed.listing(url, top, 1),
        f"{ROOT}portal.php": printed.home(f"{ROOT}portal.php"),
        f"{ROOT}portal.php?mod=comment&id={discussed}&idtype=aid": printed.comments(url, discussed, 1),
        f"{ROOT}portal.php?mod=rss": printed.feed(top),
    }
    for address, text in others.items():
        yield Source(f"{name}{address[len(ROOT) - 1 :]}", address, text, chosen.charset, "text/html", False, ROOT)


def of_captured() -> Iterator[Source]:
    """All pages of the captured sites, where they are at hand."""
    for kind in KINDS:
        for page in all_pages(HERE, kind, permuted=False):
            content_type = page.entry["content_type"] or ""
            charset = decide(HERE.read(page.file), content_type).encoding
            name = f"captured/{page.file}"
            yield Source(name, page.url, page.text, charset, content_type, kind == "article", page.grammar.root)


STEP = 3
KINDS = ("article", "listing", "comments", "home", "feed")


@cache
def sources(*, captured: bool = False) -> tuple[Source, ...]:
    """All sound pages.

    Args:
        captured: With those of the captured sites, too.
    """
    # Each portal has other ones, else there would be too many to read them all.
    chosen = [NAMED[number % STEP :: STEP] for number in range(len(PORTALS))]
    portals = (of_portal(features, **options) for features, options in zip(chosen, PORTALS, strict=True))
    own = [*of_fixtures(), *chain.from_iterable(portals)]
    return (*own, *of_captured()) if captured else tuple(own)
