"""Exit codes and the errors that carry them."""

from __future__ import annotations

import pytest

from crawler.errors import CrawlerError, ExitCode, RunningError, StorageError, UsageError, leading


@pytest.mark.parametrize(
    ("codes", "code"),
    [
        ([], 0),
        ([0, 0], 0),
        ([5, 0], 5),
        ([5, 3], 3),
        ([3, 4], 4),
        ([4, 1], 1),
        ([1, 8], 8),
        ([8, 2], 2),
        ([2, 6], 6),
        ([6, 7], 7),
        ([0, 5, 3, 4, 1, 8, 2, 6, 7], 7),
    ],
)
def test_the_gravest_code_leads(codes: list[int], code: int) -> None:
    assert leading(codes) == code


def test_a_number_that_is_no_code_is_refused() -> None:
    with pytest.raises(ValueError, match="9"):
        leading([0, 9])


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CrawlerError, ExitCode.BUG),
        (UsageError, ExitCode.USAGE),
        (RunningError, ExitCode.RUNNING),
        (StorageError, ExitCode.STORAGE),
    ],
)
def test_an_error_carries_its_code(error: type[CrawlerError], code: ExitCode) -> None:
    assert issubclass(error, CrawlerError)
    assert error("words").exit_code == code
