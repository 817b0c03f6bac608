"""What the gate tolerates by default."""

from __future__ import annotations

import pytest

from crawler import settings
from crawler.gate import Thresholds


@pytest.fixture(scope="session")
def thresholds() -> Thresholds:
    """The thresholds of the settings as they come."""
    return Thresholds.of(vars(settings))
