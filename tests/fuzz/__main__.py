"""Try mutants: ``python -m tests.fuzz [COUNT] [--first N] [--captured] [--save FOLDER]``; tells each that fails."""

from __future__ import annotations

import argparse
import logging
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.fuzz.mutants import mutant
from tests.fuzz.reading import tried
from tests.fuzz.sources import sources


def main() -> int:
    """Try them and say how they went; 1 if any failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int, nargs="?", default=200)
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutant")
    parser.add_argument("--captured", action="store_true", help="break captured pages, too")
    parser.add_argument(
        "--save", type=Path, help="keep the pages of those that fail, or of a single one, in this folder"
    )
    options = parser.parse_args()
    logging.disable()
    sound_pages = sources(captured=options.captured)
    outcomes: Counter[str] = Counter()
    slowest = (0.0, "")
    failed: list[str] = []
    for number in range(options.first, options.first + options.count):
        broken = mutant(number, sound_pages)
        begun = time.process_time()
        try:
            reading = tried(broken)
            outcomes[f"{'article' if broken.source.article else 'other'} → {reading.kind} {reading.reason}"] += 1
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            failed.append(f"{broken}\n    {type(error).__name__}: {str(error)[:600]} ({last.filename}:{last.lineno})")
            print(failed[-1], flush=True)
            if options.save:
                (options.save / f"{number}.html").write_bytes(broken.body)
        slowest = max(slowest, (time.process_time() - begun, str(broken)))
    for outcome, times in outcomes.most_common():
        print(f"{times:>7} {outcome}")
    print(f"{len(failed):>7} failed; the slowest took {slowest[0]:.2f} s: {slowest[1]}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main())
