"""Settings as they are typed: what cannot be read is named, with what is wanted."""

from __future__ import annotations

import pytest
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from crawler.commands.values import WHOLE, check_values
from crawler.errors import UsageError


def given(**values: object) -> Settings:
    settings = get_project_settings()
    settings.setdict(values, priority="cmdline")
    return settings


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"DISCUZ_UNIT_TRIES": "0", "DISCUZ_FEED_TRUST": "0.5", "DISCUZ_COMMENTS_ENABLED": "0", "DISCUZ_KEEP_RUNS": 7},
        {"DOWNLOAD_DELAY": "0.2", "AUTOTHROTTLE_ENABLED": "false", "DEPTH_LIMIT": "-1", "LOG_LEVEL": "DEBUG"},
        {"DISCUZ_CONTACT": "you@example.com", "MY_OWN": "whatever", "DOWNLOAD_TIMEOUT": None},
    ],
)
def test_what_can_be_read_is_taken(values: dict[str, object]) -> None:
    check_values(given(**values))


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        *(
            (name, value, f"a whole number from {least} up")
            for name, least in WHOLE.items()
            for value in ("x", "-1", "1.5", "", "inf")
        ),
        ("DISCUZ_OVERLAP", "0", "a whole number from 1 up, as in 30, is wanted"),
        ("DISCUZ_FEED_TRUST", "x", "a number from 0 up, as in 24"),
        ("DISCUZ_RESWEEP_DAYS", "-1", "a number from 0 up"),
        ("DISCUZ_LATEST_EVERY", "nan", "a number from 0 up"),
        ("DISCUZ_COMMENTS_ENABLED", "maybe", "1 or 0"),
        ("DOWNLOAD_DELAY", "slow", "a number, as in 1.0"),
        ("ROBOTSTXT_OBEY", "no", "1 or 0"),
    ],
)
def test_what_cannot_is_named(name: str, value: str, wanted: str) -> None:
    with pytest.raises(UsageError) as error:
        check_values(given(**{name: value}))
    assert str(error.value).startswith(f"{name}={value!r}: {wanted}")
