"""Values of settings, as they are typed: checked before anything is opened, where a mistake still has words."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from scrapy.settings import default_settings

from crawler import settings as ours
from crawler.errors import UsageError

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

WHOLE: Final = {
    "DISCUZ_OVERLAP": 1,
    "DISCUZ_REVISIT_DAYS": 0,
    "DISCUZ_UNIT_TRIES": 0,
    "DISCUZ_KEEP_RUNS": 0,
    "DISCUZ_MEDIA_MAXSIZE": 1,
    "DISCUZ_MEDIA_COUNT": 1,
    "DISCUZ_MEDIA_EXPIRES": 0,
    "DISCUZ_WARC_SIZE": 1,
}
"""Those of ours of which a part makes no sense, and the least that does."""
YES_AND_NO: Final = {"1", "true", "True", "0", "false", "False"}
"""What Scrapy takes for either."""


def check_values(settings: BaseSettings) -> None:
    """Check every setting whose default is a number or a switch.

    Raises:
        UsageError: one has a value that is none; the message names both, and what is wanted.
    """
    for name in sorted(settings):
        if (wanted := _wanted(name, settings[name])) is not None:
            raise UsageError(f"{name}={settings[name]!r}: {wanted} is wanted")


def _wanted(name: str, value: Any) -> str | None:
    """Say what is wanted in place of a value that cannot be read; None where it can."""
    default = getattr(ours, name, getattr(default_settings, name, None))
    if isinstance(default, bool):
        return None if isinstance(value, bool | int) or value in YES_AND_NO else "1 or 0"
    if not isinstance(default, int | float) or value is None:
        return None
    least = WHOLE.get(name, 0) if name.startswith("DISCUZ_") else None
    kind = "a whole number" if name in WHOLE else "a number"
    number = _number(value)
    if number is None or (least is not None and number < least) or (name in WHOLE and not str(value).isdecimal()):
        return f"{kind}{'' if least is None else f' from {least} up'}, as in {default},"
    return None


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if isfinite(number) else None
