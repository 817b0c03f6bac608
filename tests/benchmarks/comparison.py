"""Beside trafilatura, newspaper4k and GNE: the same pages, the same truth, the same normalisation for all.

They are no dependencies of this project, so they get an environment of their own:

    python3 -m venv .rivals
    .rivals/bin/pip install -e '.[test]' trafilatura 'newspaper4k[zh]' gne
    .rivals/bin/python -m tests.benchmarks.comparison

Read are the captured article pages, where they are at hand (``CRAWLER_CAPTURED``, or a folder as argument), and those
of fixture portals. Each tool is given the decoded source and the address of a page, and called as its documentation
says: trafilatura with metadata, comments and pictures, GNE without any hints, newspaper4k with Chinese. What they call
author is held against the printed author, else against the publisher, or nothing, whichever it is. Texts are compared
without white space and punctuation. A field that a tool does not offer stands as "–" and counts as wrong in "all
fields". Times are CPU time, as ratios to ours on the same pages.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.metadata
import logging
import re
import time
import warnings
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import orjson

from crawler import loaders
from crawler.discuz.urls import Grammar, learn_style
from crawler.pages import ArticlePage, parse
from fixtures.portal import truth as fixture_truth
from fixtures.portal.model import build
from fixtures.portal.options import Options
from fixtures.portal.render import Renderer
from tests.captured import CAPTURED, Capture
from tests.comparing.articles import read
from tests.comparing.pages import all_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ROOT = "http://127.0.0.1:8000/"
PORTALS: tuple[dict[str, Any], ...] = (
    {},
    {"theme": "gazette"},
    {"theme": "cards"},
    {"theme": "river"},
    {"theme": "magazine"},
)
ARTICLES = 40
OURS = "ours"
NOT_OFFERED = "–"


@dataclass(frozen=True, slots=True)
class Page:
    """An article's page.

    Attributes:
        group: What it belongs to: the captured pages, a fixture portal.
        url: Its address.
        source: Its decoded source.
        truth: What it holds, by field.
    """

    group: str
    url: str
    source: str
    truth: dict[str, Any]


# --- the truth ----------------------------------------------------------------------------------------------------


def captured_pages(capture: Capture) -> Iterator[Page]:
    """The captured article pages but for those beyond the last."""
    for page in all_pages(capture, "article", permuted=False):
        result = read(page)
        if not result.inside or "views_shown" not in page.entry:
            continue
        about, number = result.truth, result.asked - 1
        shown = {comment.id for comment in result.article.comments or ()}
        yield Page(
            "captured",
            page.url,
            page.text,
            {
                "headline": about["title"],
                "date, to the day": about["published"][:10],
                "date, to the minute": about["published"][:16],
                "author": about["author"],
                "publisher": about["publisher"],
                "source": about["source"],
                "description": about["summary"] if about["summary_shown"] and about["summary"] != "..." else None,
                "views": page.entry["views_shown"],
                "comment count": about["comment_count"],
                "breadcrumbs": [step["name"] for step in about["category_path"]],
                "section": about["category"],
                "body": "".join(about["body_text"][number]),
                "images": about["images"][number],
                "attachments": [
                    one["name"] for one in about["attachments"] if one["name"] in "".join(about["body_text"][number])
                ],
                "related": sorted({*about["related"], *about.get("related_to_hidden", ())}),
                "previous": about["prev_aid"],
                "next": about["next_aid"],
                "reactions": list(about["reactions"].values()),
                "pages": about["page_count"],
                "comments": sorted(normal(one["text"]) for one in about["comments"] if one["cid"] in shown),
            },
        )


def fixture_pages(options: dict[str, Any]) -> Iterator[Page]:
    """Articles of one page from a fixture portal."""
    portal = build(Options(articles=450, **options))
    printed = Renderer(portal, ROOT)
    records = (record for record in fixture_truth.records(portal, ROOT, "demo") if len(record["pages"]) == 1)
    for record, _ in zip(records, range(ARTICLES), strict=False):
        aid = record["discuz"]["aid"]
        url = ROOT + printed.article_url(aid)
        shown = {comment.cid for comment in printed.shown_comments(portal.body(aid))}
        yield Page(
            f"template {options['theme']}" if "theme" in options else "fixture portal",
            url,
            printed.view(url, aid, 1, record["view_count"] or 0),
            {
                **of_record(record),
                "comments": sorted(normal(one["text"]) for one in record["comments"] if one["id"] in shown),
            },
        )


def of_record(record: dict[str, Any]) -> dict[str, Any]:
    """The compared fields of a record."""
    publisher, source = record["publisher"], record["is_based_on"]
    return {
        "headline": record["headline"],
        "date, to the day": (record["date_published"] or "")[:10],
        "date, to the minute": (record["date_published"] or "")[:16],
        "author": "、".join(author["name_raw"] for author in record["authors"]) or None,
        "publisher": publisher and publisher["name"],
        "source": source and source["name"],
        "description": record["description"],
        "views": record["view_count"],
        "comment count": record["comment_count"],
        "breadcrumbs": [step["name"] for step in record["breadcrumbs"][1:]],
        "section": record["article_section"],
        "body": record["article_body"] or "",
        "images": [image["url"] for image in record["images"]],
        "attachments": [one["name"] for one in record["attachments"]],
        "related": sorted(one["aid"] for one in record["related"]),
        "previous": record["previous"] and record["previous"]["aid"],
        "next": record["next"] and record["next"]["aid"],
        "reactions": list(record["reactions"].values()),
        "pages": len(record["pages"]),
        "comments": sorted(normal(one["text"]) for one in record["comments"] or ()),
    }


# --- the tools ----------------------------------------------------------------------------------------------------


def ours(page: Page) -> dict[str, Any]:
    """This project, without any profile: the page is all that is known of its site."""
    root = "{0.scheme}://{0.netloc}/".format(urlsplit(page.url))
    raw = ArticlePage(parse(page.source), page.url).raw()
    links = [link.url for link in (raw.previous, raw.next, *raw.related) if link]
    context = loaders.Context("page", Grammar(root, learn_style(links, root)), datetime.now(UTC))
    record: dict[str, Any] = orjson.loads(orjson.dumps(loaders.load_article([raw], raw.comments, context)))
    return of_record(record)


def trafilatura(page: Page) -> dict[str, Any]:
    """Metadata, text, comments and pictures by trafilatura; its dates are days."""
    found = tool("trafilatura").bare_extraction(
        page.source, url=page.url, with_metadata=True, include_comments=True, include_images=True
    )
    if found is None:
        return {}
    pictures = [node.get("src", "") for node in found.body.iter("graphic")] if found.body is not None else []
    return {
        "headline": found.title,
        "date, to the day": found.date,
        "author": found.author,
        "description": found.description,
        "section": found.categories[0] if found.categories else None,
        "body": found.text or "",
        "images": [urljoin(page.url, picture) for picture in pictures],
        "comments": sorted(map(normal, (found.comments or "").splitlines())),
    }


def newspaper4k(page: Page) -> dict[str, Any]:
    """An article by newspaper4k, in Chinese and without the network."""
    article = tool("newspaper").Article(page.url, language="zh", fetch_images=False)
    article.download(input_html=page.source)
    article.parse()
    date = article.publish_date
    return {
        "headline": article.title,
        "date, to the day": date and date.isoformat()[:10],
        "date, to the minute": date and date.isoformat()[:16],
        "author": "、".join(article.authors),
        "description": article.meta_description,
        "body": article.text,
        "images": [urljoin(page.url, picture) for picture in article.images],
    }


def gne(page: Page) -> dict[str, Any]:
    """An article by GNE, without hints of where things are."""
    found = tool("gne").GeneralNewsExtractor().extract(page.source, host=page.url)
    date = found["publish_time"]
    return {
        "headline": found["title"],
        "date, to the day": plain_date(date)[:10],
        "date, to the minute": plain_date(date)[:16],
        "author": found["author"],
        "body": found["content"],
        "images": [urljoin(page.url, picture) for picture in found["images"]],
    }


def tool(name: str) -> Any:
    """A module that may not be installed."""
    return importlib.import_module(name)


TOOLS: dict[str, tuple[Callable[[Page], dict[str, Any]], str, tuple[str, ...]]] = {
    OURS: (ours, "", ()),
    "trafilatura": (
        trafilatura,
        "trafilatura",
        ("headline", "date, to the day", "author", "description", "section", "body", "images", "comments"),
    ),
    "newspaper4k": (
        newspaper4k,
        "newspaper",
        ("headline", "date, to the day", "date, to the minute", "author", "description", "body", "images"),
    ),
    "GNE": (gne, "gne", ("headline", "date, to the day", "date, to the minute", "author", "body", "images")),
}
PACKAGES = {"trafilatura": "trafilatura", "newspaper4k": "newspaper4k", "GNE": "gne"}


# --- comparing ----------------------------------------------------------------------------------------------------

_SIGNS = re.compile(r"[\W_]+")
_DATE = re.compile(r"(\d{4})\D+(\d{1,2})\D+(\d{1,2})(?:\D+(\d{1,2}):(\d{2}))?")
GRAM = 4


def normal(value: Any) -> Any:
    """A value to compare: texts without white space and punctuation, nothing for what is empty."""
    if isinstance(value, str):
        return _SIGNS.sub("", value).lower()
    if isinstance(value, list):
        return [normal(one) for one in value]
    return value


def plain_date(printed: str) -> str:
    """A printed date in the form of ISO 8601."""
    found = _DATE.search(printed or "")
    if found is None:
        return printed or ""
    year, month, day, hour, minute = found.groups(default="0")
    return f"{year}-{int(month):02}-{int(day):02}T{int(hour):02}:{minute:0>2}"


def is_right(name: str, read: Any, truth: dict[str, Any], offers: tuple[str, ...]) -> bool:
    """Whether what a tool read of a field is what the page holds."""
    expected = truth[name]
    if name == "author" and offers:  # the others know one author, and no publisher
        return normal(read or "") in {
            normal(expected or ""),
            *({"", normal(truth["publisher"])} if not expected else ()),
        }
    if name == "images":
        return set(read or ()) == set(expected)
    return bool((normal(read) or None) == (normal(expected) or None))


def grams(text: str) -> set[str]:
    """All pieces of four letters."""
    letters = normal(text)
    return {letters[index : index + GRAM] for index in range(len(letters) - GRAM + 1)}


@dataclass(slots=True)
class Tally:
    """What a tool did on a group of pages."""

    right: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    pages: int = 0
    rounds: int = 0
    failed: int = 0
    seconds: float = 0.0
    found: float = 0.0
    clean: float = 0.0


def tried(name: str, pages: list[Page], rounds: int) -> Tally:
    """Read pages with a tool."""
    extract, _, offers = TOOLS[name]
    tally = Tally()
    for page in pages:
        best = float("inf")
        read: dict[str, Any] = {}
        for _ in range(rounds):
            begun = time.process_time()
            tally.rounds += 1
            try:
                read = extract(page)
            except Exception:
                tally.failed += 1
            best = min(best, time.process_time() - begun)
        tally.seconds += best
        tally.pages += 1
        for one in offers or page.truth:
            tally.right[one] += is_right(one, read.get(one), page.truth, offers)
        wanted, got = grams(page.truth["body"]), grams(read.get("body") or "")
        tally.found += len(wanted & got) / len(wanted) if wanted else 1
        tally.clean += len(wanted & got) / len(got) if got else 1
    return tally


def share(tally: Tally, fields: Sequence[str]) -> float:
    """How many of all values of some fields are right."""
    return sum(tally.right[one] for one in fields) / tally.pages / len(fields)


def table(tallies: dict[str, Tally], fields: list[str]) -> list[str]:
    """What the tools did, as Markdown."""
    lines = ["| | " + " | ".join(tallies) + " |", "|---" * (len(tallies) + 1) + "|"]
    for one in fields:
        cells = [
            f"{100 * tally.right[one] / tally.pages:.0f} %" if one in (TOOLS[name][2] or fields) else NOT_OFFERED
            for name, tally in tallies.items()
        ]
        lines.append(f"| {one} | {' | '.join(cells)} |")
    measures = {
        "of the body, found": [tally.found / tally.pages for tally in tallies.values()],
        "of what is found, body": [tally.clean / tally.pages for tally in tallies.values()],
        "**all fields that it offers**": [share(tally, TOOLS[name][2] or fields) for name, tally in tallies.items()],
        "**all fields**": [share(tally, fields) for tally in tallies.values()],
    }
    lines += [
        f"| {words} | {' | '.join(f'{100 * part:.0f} %' for part in parts)} |" for words, parts in measures.items()
    ]
    own = tallies[OURS].seconds
    times = [f"{1000 * tally.seconds / tally.pages:.1f} ms ({tally.seconds / own:.1f} ×)" for tally in tallies.values()]
    lines.append(f"| CPU time a page | {' | '.join(times)} |")
    return lines


def main() -> None:
    """Compare and print a table for each group of pages."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=CAPTURED, help="captured pages")
    parser.add_argument("--rounds", type=int, default=2, help="the least time of so many counts")
    options = parser.parse_args()
    logging.disable()
    warnings.simplefilter("ignore")
    groups: dict[str, list[Page]] = defaultdict(list)
    for page in chain(captured_pages(Capture(options.folder)), *(fixture_pages(portal) for portal in PORTALS)):
        groups[page.group].append(page)
    versions = {name: importlib.metadata.version(package) for name, package in PACKAGES.items()}
    print(f"{datetime.now(UTC):%Y-%m-%d}; " + ", ".join(f"{name} {version}" for name, version in versions.items()))
    for group, pages in groups.items():
        print(f"\n{group}: {len(pages)} pages\n")
        tallies = {name: tried(name, pages, options.rounds) for name in TOOLS}
        print("\n".join(table(tallies, list(pages[0].truth))))
        print(
            "\n"
            + ", ".join(
                f"{name} failed {tally.failed} of {tally.rounds} times"
                for name, tally in tallies.items()
                if tally.failed
            )
        )


if __name__ == "__main__":
    main()
