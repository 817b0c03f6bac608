"""Numbers for Prometheus, in a file that node_exporter's textfile collector reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SUFFIX: Final = ".prom"
"""The collector reads no other files."""


class Value(NamedTuple):
    """One number.

    Attributes:
        name: of a gauge in `GAUGES`.
        value: in the unit that the name ends with.
        labels: values of its labels, in the order of `GAUGES`, those of all before them.
    """

    name: str
    value: float
    labels: tuple[str, ...] = ()


GAUGES: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "discuz_run_in_progress": ("Whether a run is under way (1), or was when its process was killed", ()),
    "discuz_run_start_timestamp_seconds": ("When the run began", ()),
    "discuz_run_update_timestamp_seconds": ("When this file was written", ()),
    "discuz_run_end_timestamp_seconds": ("When the run ended", ()),
    "discuz_run_duration_seconds": ("How long this process has worked at the run", ()),
    "discuz_run_last_success_timestamp_seconds": ("When a run of this job last ended with exit code 0", ()),
    "discuz_run_exit_code": ("Exit code of the run", ()),
    "discuz_run_articles": ("What the run did to how many articles", ("what",)),
    "discuz_run_articles_missing": ("Articles that the site has and we have not; absent where that is not proved", ()),
    "discuz_run_records_held_back": ("Records of all runs that the gate holds back, which wait for a person", ()),
    "discuz_run_gate_reasons": ("Reasons for which the gate found the run unlike those before it", ()),
    "discuz_run_requests": ("Requests of the run, by what they were made for", ("purpose",)),
    "discuz_run_response_bytes": ("Bytes that came", ()),
    "discuz_run_walls": ("Pages of the run that were walls, by their name", ("wall",)),
    "discuz_run_seconds_per_request": ("Seconds from one request to the next, on average", ()),
    "discuz_site_articles": ("Articles that are known of the site, by the status of their record", ("status",)),
    "discuz_site_newest_article_timestamp_seconds": ("When the newest article was published", ()),
    "discuz_crawl_all_start_timestamp_seconds": ("When the last crawl-all began", ()),
    "discuz_crawl_all_end_timestamp_seconds": ("When the last crawl-all ended", ()),
    "discuz_crawl_all_exit_code": ("Exit code of the last crawl-all", ()),
    "discuz_crawl_all_sites": ("Sites of the last crawl-all, by what came of them", ("outcome",)),
}
"""Every gauge: its help text, and its labels beside those of the whole file. No label holds what a page says: their
values are names of sites, jobs, walls and the like, of which there are as many however long a crawl goes on."""


def check_path(setting: str, path: Path) -> None:
    """See whether the collector would read a file.

    Raises:
        UsageError: it would not.
    """
    if path.suffix != SUFFIX:
        raise UsageError(f"{setting}={str(path)!r}: node_exporter reads files that end in {SUFFIX}: give one")


def write(path: Path, values: Iterable[Value], about: dict[str, str] | None = None) -> None:
    """Replace a file at once.

    Args:
        path: the file.
        values: what to write.
        about: labels of all of them.

    Raises:
        OSError: it cannot be written.
    """
    # It measures its own process when it is imported, which nobody needs who does not ask for it.
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile  # noqa: PLC0415

    about = about or {}
    registry = CollectorRegistry(auto_describe=False)
    made: dict[str, Gauge] = {}
    for name, value, labels in values:
        words, own = GAUGES[name]
        if name not in made:
            made[name] = Gauge(name, words, (*about, *own), registry=registry)
        given = (*about.values(), *labels)
        (made[name].labels(*given) if given else made[name]).set(value)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_to_textfile(str(path), registry)
