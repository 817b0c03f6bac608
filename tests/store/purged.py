"""The small crawl of `tests.store.gated`, and purges of what it wrote, killed where they are told to be.

Beside its orders: ``{"folder": "…", "purge": [3, 4]}`` takes these articles out → ``{"code": 0}``. Article N names the
picture `picture` of N // 2: two articles share one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from crawler.store import Outcome, open_store
from tests.store import driver, gated

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crawler.store import Purged


def picture(aid: int) -> str:
    digest = f"{aid // 2:064x}"
    return f"media/{digest[:2]}/{digest[2:4]}/{digest}.jpg"


class Eraser:
    """Takes articles out, and the word 字 of others."""

    def __init__(self, aids: Iterable[int], shorten: Iterable[int] = ()) -> None:
        self.aids = frozenset(aids)
        self.shorten = frozenset(shorten)

    def change(self, line: bytes) -> bytes | None:
        record = json.loads(line)
        if record["aid"] in self.aids:
            return None
        if record["aid"] in self.shorten and "字" in record["text"]:
            return json.dumps(record | {"text": ""}, ensure_ascii=False).encode() + b"\n"
        return line

    def articles(self) -> Collection[int]:
        return self.aids


def answer_with_pictures(unit: Any) -> Any:
    outcome = driver.answer(unit)
    if outcome.line is None:
        return outcome
    record = json.loads(outcome.line) | {"image": picture(unit.number)}
    return Outcome(unit, "done", line=json.dumps(record, ensure_ascii=False).encode() + b"\n", article=outcome.article)


def purge(folder: Path, aids: Iterable[int], shorten: Iterable[int] = ()) -> Purged:
    with open_store(folder, limits=driver.LIMITS) as store:
        return store.purge(Eraser(aids, shorten))


def purge_alone(order: dict[str, Any]) -> None:
    purge(Path(order["folder"]), order["purge"], order.get("shorten", ()))


def carry_out(order: dict[str, Any]) -> NoReturn:
    if "purge" not in order:
        gated.carry_out(order)
    if "point" in order:
        killer = driver.Killer(order["point"], order["nth"])
        killer.wrap(os, "unlink", os.unlink)
    driver.answer_for(lambda: purge_alone(order))


if __name__ == "__main__":
    driver.obey(carry_out)
