"""What went over the wire: bytes and time of each kind of request, and how many there were from moment to moment."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, Final

from scrapy.downloadermiddlewares.stats import get_header_size, get_status_size

from crawler import clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scrapy import Request
    from scrapy.http import Response

LATENCIES: Final = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Upper bounds in seconds of the groups that answers are counted in by how long they took; the last has none."""
MOST_SPANS: Final = 120
"""Spans of time that a run is cut into, at the most: as many as a chart can show."""


class Traffic:
    """Counts answers as they come from the wire, in a memory that is bounded however long a run takes.

    Spans of time begin with one second, and are joined in pairs whenever there are too many.

    Args:
        begun: when counting began; aware.
    """

    def __init__(self, begun: datetime) -> None:
        self.begun = begun
        self.width = 1
        self._spans: list[list[float]] = []
        self._kinds: dict[str, list[float]] = {}
        self._latencies = [0] * (len(LATENCIES) + 1)

    def heard(self, response: Response, request: Request, kind: str) -> None:
        """Count an answer that has just come from the wire.

        Args:
            response: as it came, still packed.
            request: what it answers.
            kind: what it was asked for.
        """
        size = get_header_size(dict(response.headers)) + 4 + get_status_size(response.status) + len(response.body)
        self.note(clock.utc_now(), kind=kind, size=size, seconds=request.meta.get("download_latency"))

    def note(self, now: datetime, *, kind: str, size: int, seconds: float | None) -> None:
        """Count an answer.

        Args:
            now: when it came; aware.
            kind: what it was asked for.
            size: bytes, as they came.
            seconds: until it began to come; None if that is not known.
        """
        at = max(int((now - self.begun).total_seconds()), 0)
        while at // self.width >= MOST_SPANS:
            self._join()
        place = at // self.width
        self._spans += ([0, 0, 0.0] for _ in range(place + 1 - len(self._spans)))
        for counts in (self._spans[place], self._kinds.setdefault(kind, [0, 0, 0.0])):
            counts[0] += 1
            counts[1] += size
            counts[2] += seconds or 0.0
        if seconds is not None:
            self._latencies[bisect_left(LATENCIES, seconds)] += 1

    def _join(self) -> None:
        self.width *= 2
        pairs = zip(self._spans[::2], [*self._spans[1::2], [0, 0, 0.0]], strict=False)
        self._spans = [[one + other for one, other in zip(*pair, strict=True)] for pair in pairs]

    def told(self, earlier: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Say what was counted.

        Args:
            earlier: the same of the processes that began this run.

        Returns:
            ``kinds``: by what was asked for, how many ``answers``, their ``bytes`` and the ``seconds`` that they took
            all together; ``latencies``: how many answers began to come ``within`` so many seconds (None: later than
            all of them), each counted once; ``spans``: for each part of the run when it ``began``, its ``width`` in
            seconds, and answers, bytes and seconds of each span (``[[answers, bytes, seconds], …]``).
        """
        before = earlier or {}
        kinds = {name: _as_dict(counts) for name, counts in self._kinds.items()}
        for name, counts in (before.get("kinds") or {}).items():
            own = kinds.get(name, _as_dict((0, 0, 0.0)))
            kinds[name] = {what: own[what] + counts.get(what, 0) for what in own}
        latencies = dict(zip((*LATENCIES, None), self._latencies, strict=True))
        for one in before.get("latencies") or ():
            latencies[one["within"]] = latencies.get(one["within"], 0) + one["answers"]
        spans = [[answers, size, round(seconds, 3)] for answers, size, seconds in self._spans]
        return {
            "kinds": kinds,
            "latencies": [{"within": within, "answers": answers} for within, answers in latencies.items()],
            "spans": [
                *(before.get("spans") or ()),
                {"began": self.begun, "width": self.width, "counts": spans},
            ],
        }


def _as_dict(counts: Any) -> dict[str, Any]:
    answers, size, seconds = counts
    return {"answers": answers, "bytes": size, "seconds": round(seconds, 3)}
