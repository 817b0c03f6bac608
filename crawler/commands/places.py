"""Where things lie on this machine, as the settings say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def sites_dir(settings: BaseSettings) -> Path:
    """Give the folder of this installation's profiles."""
    return Path(settings["DISCUZ_SITES_DIR"] or Path(settings["DISCUZ_DATA_DIR"]) / "sites")
