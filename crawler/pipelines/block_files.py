"""Where block lists lie, and what they hold: the installation's, a site's, and one that is named."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from crawler.errors import StorageError, UsageError
from crawler.privacy import BlockList, parse_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scrapy.settings import BaseSettings

NAME: Final = "blocked.txt"
SETTING: Final = "DISCUZ_BLOCK_FILE"


def block_files(settings: BaseSettings, site: str) -> list[Path]:
    """Give the block lists that hold for a site: of the data folder, of the site's folder, and the one that is set.

    Those that are not there are left out, but for the one that is set.
    """
    data = Path(settings["DISCUZ_DATA_DIR"])
    given = settings[SETTING]
    found = [path for path in (data / NAME, data / site / NAME) if path.exists()]
    return list(dict.fromkeys([*found, *([Path(given)] if given else [])]))


def read_blocks(paths: Iterable[Path]) -> BlockList:
    """Read block lists as one.

    Raises:
        UsageError: one is not there, is no UTF-8, or has a line that is no entry.
        StorageError: one cannot be read.
    """
    blocks = BlockList()
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise UsageError(f"block list {path}: it is not there: give one that is, or make it") from None
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise UsageError(f"block list {path}: line {line} is no UTF-8: save it as UTF-8") from None
        except OSError as error:
            raise StorageError(f"block list {path}: {error.strerror}: make it readable for this user") from None
        parse_blocks(text, f"block list {path}", blocks)
    return blocks
