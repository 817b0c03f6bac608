"""The dataset card: what an export is, how it was made, and what is in it.

Markdown with a YAML head that `datasets` and the Hugging Face Hub read. What stands in it is data from the web, too:
whatever may hold a bar or a line break is made one cell of a table.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import crawler
from crawler.escaping import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.export.options import Options
    from crawler.export.reading import Source
    from crawler.export.shape import Field, Shape
    from crawler.export.tally import Tally
    from crawler.export.transforms import Chosen

UNKNOWN: Final = "unknown"
LISTED: Final = 100
"""Sources, categories and years that are listed one by one."""
SIZES: Final = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"),
)
TYPES: Final = {
    "text": "text",
    "integer": "integer",
    "boolean": "boolean",
    "moment": "text, ISO 8601 with offset",
    "instant": "timestamp in UTC",
}
UNLICENSED: Final = (
    "**Licence: unknown.** Nobody has said under which terms these texts may be used; without a licence they may not "
    "be passed on."
)
PERSONAL: Final = (
    "Authors, publishers (names of accounts), staff lines (`credits`) and comments with their authors' names are "
    "personal data; texts may name further persons, their telephone numbers and addresses."
)
UNCHANGED: Final = "Nothing of it was removed or replaced."
DUTIES: Final = (
    "Whoever publishes or passes on this dataset answers for it under the law that holds there; the copyright of the "
    "articles is their authors' and publishers'."
)
ALL_LINES: Final = (
    "Every line that was published: an article that changed has a row for each `revision`, one that is gone or has "
    "moved a row that says so, and new comments on a known article are rows of their own (`kind` is `comments`)."
)
LATEST: Final = (
    "One row an article, its newest state, with the comments that were found later merged in. An article that is gone "
    "or has moved is a row without content whose `status` says so; `--status published` leaves these out."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a card is made of.

    Attributes:
        name: of the dataset.
        data_files: what of it holds rows, as a pattern relative to the card; "" where `datasets` cannot read it.
        options: what was asked for.
        shape: its columns.
        typed: whether the format has types, and so the instants.
        sources: the published files that it was made of.
        tally: what was counted.
        chosen: the transforms, with what they did.
        clusters: how many clusters of near-duplicates; None if they were not looked for.
        made_at: when; aware.
    """

    name: str
    data_files: str
    options: Options
    shape: Shape
    typed: bool
    sources: Sequence[Source]
    tally: Tally
    chosen: Chosen
    clusters: int | None
    made_at: datetime


def card(about: About) -> str:
    """Give the text of a dataset card."""
    return "\n".join(
        [*_head(about), *_what(about), *_counts(about), *_columns(about), *_making(about), *_people(about)]
    )


def _head(about: About) -> Iterator[str]:
    languages = {name.partition("-")[0].lower() for name in about.tally.by["language"] if name[:1].isalpha()}
    yield "---"
    yield f"license: {_yaml(about.options.license or UNKNOWN)}"
    yield f"pretty_name: {_yaml(about.name)}"
    if languages:
        yield "language:"
        yield from (f"- {_yaml(name)}" for name in sorted(languages))
    yield "size_categories:"
    yield f"- {next((name for most, name in SIZES if about.tally.rows < most), '100M<n<1B')}"
    yield "tags:"
    yield from ("- news", "- discuz")
    if about.data_files:
        yield "configs:"
        yield "- config_name: default"
        yield "  data_files:"
        yield "  - split: train"
        yield f"    path: {_yaml(about.data_files)}"
    yield from ("---", "")


def _what(about: About) -> Iterator[str]:
    tally = about.tally
    yield f"# {_line(about.name)}"
    yield ""
    dates = f", published from {tally.first} to {tally.last}" if tally.first else ""
    yield f"{many(tally.rows, 'row')} of articles of Discuz! portals ({_line(about.name)}){dates}."
    yield ""
    yield LATEST if about.options.latest else ALL_LINES
    yield ""
    if about.options.license is None:
        yield UNLICENSED
    else:
        yield f"Licence, as whoever made the export stated it: {_line(about.options.license)}."
    yield ""


def _counts(about: About) -> Iterator[str]:
    tally = about.tally
    yield "## Counts"
    yield ""
    for what, counter in tally.by.items():
        by_name = what == "year"
        values = sorted(counter.items(), key=lambda one: one[0] if by_name else (-one[1], one[0]))
        shown, rest = values[:LISTED], values[LISTED:]
        rows = [(_line(name), f"{count:,}") for name, count in shown]
        if rest:
            rows.append((f"({len(rest):,} more)", f"{sum(count for _, count in rest):,}"))
        yield from _table((what, "rows"), rows)
    yield from (f"Comments in these rows: {tally.comments:,}.", "")
    if about.clusters is not None:
        yield f"Clusters of near-duplicates with more than one article: {about.clusters:,}."
        yield ""


def _columns(about: About) -> Iterator[str]:
    yield "## Columns"
    yield ""
    fields = about.shape.typed if about.typed else about.shape.fields
    articles = about.tally.articles
    rows = []
    for field in fields:
        present = about.tally.present[field.source]
        share = f"{present / articles:.1%}" if articles else "–"
        rows.append((f"`{about.shape.spell(field.name)}`", _type(field, about), share, field.null, field.about))
    yield from _table(("column", "type", "articles that have it", "null where", "what it is"), rows)
    yield from ("A field is had where it is neither null nor empty.", "")


def _type(field: Field, about: About) -> str:
    if field.kind == "struct":
        inner = ", ".join(f"{about.shape.spell(one.name)}: {_type(one, about)}" for one in field.fields)
        return f"{{{inner}}}"
    if field.kind == "list":
        assert field.item is not None
        return f"list of {_type(field.item, about)}"
    if field.kind == "map":
        assert field.item is not None
        inner = _type(field.item, about)
        return f"list of {{name: text, value: {inner}}}" if about.options.to == "parquet" else f"{{name: {inner}}}"
    return TYPES[field.kind]


def _making(about: About) -> Iterator[str]:
    yield "## How it was made"
    yield ""
    yield f"By crawler {crawler.__version__} on {about.made_at:%Y-%m-%d %H:%M} UTC with these options:"
    yield ""
    yield from _table(("option", "value"), [(f"`{name}`", _line(value)) for name, value in options(about.options)])
    if about.chosen.counts:
        yield from _table(("what was done", "times"), [(_line(k), f"{n:,}") for k, n in about.chosen.counts.items()])
    yield from _sources(about.sources)


def options(asked: Options) -> Iterator[tuple[str, str]]:
    """Give the options of an export that were set, as typed."""
    values: Mapping[str, Any] = {
        "--to": asked.to,
        "--latest": asked.latest,
        "--from-date": asked.from_date,
        "--until-date": asked.until_date,
        "--category": ",".join(asked.categories),
        "--status": ",".join(asked.statuses),
        "--fields": ",".join(asked.fields),
        "--case": "camel" if asked.camel else "",
        "--dedup": "near" if asked.near else "",
        "--license": asked.license,
    }
    yield from ((name, "yes" if value is True else str(value)) for name, value in values.items() if value)


def _sources(sources: Sequence[Source]) -> Iterator[str]:
    yield "### Sources"
    yield ""
    records = sum(source.records for source in sources)
    listing = "".join(f"{source.sha256}  {source.site}/{source.file}\n" for source in sources)
    digest = hashlib.sha256(listing.encode()).hexdigest()
    read = f"{many(len(sources), 'published file')} with {many(records, 'record')}"
    yield f"{read}; what was read is what was published, by its SHA-256."
    yield f"The SHA-256 over all of them, a line `<sha256>  <site>/<file>` each in this order, is `{digest}`."
    yield ""
    shown = sources[-LISTED:]
    if len(shown) < len(sources):
        yield f"The last {LISTED}:"
        yield ""
    rows = [
        (_line(one.site), f"`{one.file}`", f"`{one.run}`", f"{one.records:,}", one.published_at, f"`{one.sha256}`")
        for one in shown
    ]
    yield from _table(("site", "file", "run", "records", "published", "SHA-256"), rows)


def _people(about: About) -> Iterator[str]:
    yield "## Personal data"
    yield ""
    yield PERSONAL
    yield from about.chosen.remarks or (UNCHANGED,)
    yield DUTIES
    yield ""


def many(count: int, name: str) -> str:
    """Say how many there are of something.

    >>> many(1, "row"), many(1000, "row")
    ('1 row', '1,000 rows')
    """
    return f"{count:,} {name}{'' if count == 1 else 's'}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'---|' * len(head)}"
    yield from (f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)
    yield ""


def _line(text: str) -> str:
    r"""Make a text of somebody else's a part of a line of Markdown, without HTML and links in it.

    >>> _line("<b>a|b\n[c](d)")
    '&lt;b>a|b\\n\\[c](d)'
    """
    return printable(text).replace("<", "&lt;").replace("[", "\\[")


def _yaml(text: str) -> str:
    """Give a text as a scalar of YAML: JSON is one."""
    return json.dumps(text, ensure_ascii=False)
