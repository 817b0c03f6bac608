"""The hours in which a site may be read."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import UsageError
from crawler.sites import read_profile
from crawler.sites.window import Window

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "within", "outside"),
    [
        ("23:00-06:00", ["23:00", "23:59", "00:00", "05:59"], ["06:00", "12:00", "22:59"]),
        ("01:30-02:00", ["01:30", "01:59"], ["01:29", "02:00", "23:00"]),
        ("18:00 - 24:00", ["18:00", "23:59"], ["00:00", "17:59"]),
        ("00:00–12:00", ["00:00", "11:59"], ["12:00"]),
    ],
)
def test_a_moment_is_within_or_outside(text: str, within: list[str], outside: list[str]) -> None:
    window = Window.parse(text)
    moments = {
        clock: datetime.fromisoformat(f"2026-11-24T{clock}").replace(tzinfo=BERLIN) for clock in within + outside
    }
    assert [clock for clock, moment in moments.items() if moment in window] == within


@pytest.mark.parametrize(
    "text", ["", "23:00", "23:00-", "25:00-06:00", "23:60-06:00", "23-6", "06:00-06:00", "00:00-24:00", "24:00-06:00"]
)
def test_what_is_no_window_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="two times of day are wanted"):
        Window.parse(text)


@pytest.mark.parametrize(
    ("local", "hours"),
    [
        ("2026-11-24T23:00", 7.0),
        ("2026-11-25T05:30", 0.5),
        ("2026-03-28T23:00", 6.0),  # clocks are put forward that night
        ("2026-10-24T23:00", 8.0),  # and back
    ],
)
def test_what_is_left_of_it(local: str, hours: float) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=BERLIN)
    assert Window.parse("23:00-06:00").left(moment) == timedelta(hours=hours)


@given(start=st.times(), end=st.times(), moment=st.datetimes(timezones=st.just(BERLIN)))
def test_it_is_open_until_it_is_left(start: time, end: time, moment: datetime) -> None:
    try:
        window = Window.parse(f"{start:%H:%M}-{end:%H:%M}")
    except ValueError:
        return
    if moment in window and moment.year < 9999:
        assert timedelta(0) < window.left(moment) <= timedelta(hours=25)


def test_a_profile_says_it_with_its_zone(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    path.write_text('url = "http://a.example/"\ntime_zone = "Asia/Shanghai"\nwindow = "23:00-06:00"\n')
    assert str(read_profile(path).window) == "23:00-06:00"
    path.write_text('url = "http://a.example/"\nwindow = "night"\n')
    with pytest.raises(UsageError, match=r"time_zone is missing.*; window = 'night': two times of day"):
        read_profile(path)
