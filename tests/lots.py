"""Long loops in lots: a flag says how many times in all, each lot is a test of its own, with its own time limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    import pytest

A_LOT = 10

Test = TypeVar("Test", bound="Callable[..., None]")


def in_lots(option: str, standard: int, *, every: int = 1) -> Callable[[Test], Test]:
    """Call a test with the number of its ``lot`` and how many ``times`` that lot has.

    Args:
        option: of pytest, says how many times there are.
        standard: how many there are without it.
        every: only each such time is this test's.
    """

    def mark(test: Test) -> Test:
        told: Any = test
        told.lots = (option, standard, every)
        return test

    return mark


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Make the lots of a test, as a hook of pytest's."""
    if "lot" in metafunc.fixturenames:
        option, standard, every = metafunc.function.lots
        times = max(1, (metafunc.config.getoption(option) or standard) // every)
        metafunc.parametrize(("lot", "times"), [(lot, min(A_LOT, times - lot)) for lot in range(0, times, A_LOT)])
