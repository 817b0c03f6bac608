"""Mutants by number."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from tests.fuzz.mutators import BYTE_MUTATORS, TEXT_MUTATORS
from tests.fuzz.targeted import targeted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.fuzz.sources import Source


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken page.

    Attributes:
        number: Makes it again.
        source: What it was.
        done: What was done to it.
        body: Its bytes.
        touched: The fields that may have changed; None for all.
    """

    number: int
    source: Source
    done: str
    body: bytes
    touched: frozenset[str] | None

    def __str__(self) -> str:
        return f"mutant {self.number}: {self.done} of {self.source.name}"


TARGETED = 0.4
BYTES = 0.15
OTHERS = 0.15
"""Of all mutants, those that are not made of articles."""


def mutant(number: int, sources: Sequence[Source]) -> Mutant:
    """Make a mutant.

    Args:
        number: Which one; with the same sources it is the same one again.
        sources: What it may be made of.
    """
    rng = Random(number)
    wanted = rng.random() >= OTHERS
    source = rng.choice([source for source in sources if source.article == wanted])
    kind = rng.random()
    if kind < TARGETED:
        done, text, touched = targeted(source, rng)
        return Mutant(number, source, done, source.encode(text), touched if source.article else None)
    if kind < TARGETED + BYTES:
        byte_mutator = rng.choice(BYTE_MUTATORS)
        return Mutant(number, source, byte_mutator.__name__, byte_mutator(source.encode(source.text), rng), None)
    text = source.text
    text_mutators = rng.choices(TEXT_MUTATORS, k=rng.choice((1, 1, 1, 2, 3)))
    for text_mutator in text_mutators:
        text = text_mutator(text, rng)
    done = ", ".join(mutator.__name__ for mutator in text_mutators)
    return Mutant(number, source, done, source.encode(text), None)
