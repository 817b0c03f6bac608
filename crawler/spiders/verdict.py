"""How a run went that came to its end: exit code and last line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.errors import ExitCode

if TYPE_CHECKING:
    from typing import Self

    from crawler.sites import Site
    from crawler.store import Counts


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a run's units.

    Attributes:
        written: records that were written.
        listings: listing pages that were read.
        read: units of any kind that ended because the site answered.
        robots: units that robots.txt kept us from.
        skipped: reasons of the articles that gave no record, with their number.
        left: articles that a later run will try.
        unread: listing pages that could not be read.
    """

    written: int
    listings: int
    read: int
    robots: int
    skipped: dict[str, int]
    left: int
    unread: int

    @classmethod
    def of(cls, counts: Counts, *, written: int) -> Self:
        """Count units."""
        robots = sum(c.units for c in counts.run if c.reason == "robots")
        skipped: dict[str, int] = {}
        for count in counts.run:
            if count.kind == "article" and count.state == "skipped":
                skipped[count.reason] = skipped.get(count.reason, 0) + count.units
        return cls(
            written=written,
            listings=sum(c.units for c in counts.run if c.kind == "listing" and c.state == "done"),
            read=sum(c.units for c in counts.run if c.state in {"done", "skipped"}) - robots,
            robots=robots,
            skipped=skipped,
            unread=sum(c.units for c in counts.run if c.kind == "listing" and c.state == "failed"),
            left=sum(c.units for c in counts.run if c.kind == "article" and c.state in {"todo", "failed"}),
        )


def verdict(site: Site, tally: Tally, *, bugs: int) -> tuple[ExitCode, str]:
    """Give exit code and last line of a run that had nothing left to do.

    Args:
        site: what was read.
        tally: what became of its units.
        bugs: how many units our own code failed on.
    """
    words = [f"{tally.written:,} articles new or changed"]
    words += [f"{number:,} skipped ({reason})" for reason, number in sorted(tally.skipped.items())]
    words += [f"{tally.left:,} left for the next run"] if tally.left else []
    words += [f"{tally.unread:,} listing pages not read, the next run tries again"] if tally.unread else []
    summary = f"{site.name}: {', '.join(words)}"
    if bugs:
        return ExitCode.BUG, f"{summary}; a bug of ours ended {bugs:,} of them: please report it with the log"
    if not tally.read and tally.robots:
        return ExitCode.WALL, f"site={site.url!r}: its robots.txt keeps us out of everything that was asked for"
    if not tally.read and (tally.left or tally.unread):
        return ExitCode.UNREACHABLE, f"site={site.url!r}: nothing could be read; try it in a browser, then start again"
    return ExitCode.OK, summary
