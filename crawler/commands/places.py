"""Where things lie on this machine, as the settings say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import UsageError
from crawler.sites import find_site
from crawler.sites.site import NAME

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

    from crawler.sites import Site

DEMO = "demo"


def sites_dir(settings: BaseSettings) -> Path:
    """Give the folder of this installation's profiles."""
    return Path(settings["DISCUZ_SITES_DIR"] or Path(settings["DISCUZ_DATA_DIR"]) / "sites")


def find_place(given: str, settings: BaseSettings) -> tuple[str, Site | None]:
    """Give the name of a site's folder and what its profile says, as far as it has one.

    Args:
        given: what a person typed: the name of the folder, a profile's, or an address.
        settings: say where folders and profiles lie.

    Raises:
        UsageError: it names no site.
    """
    if given == DEMO:
        return given, None
    is_folder = NAME.fullmatch(given) and (Path(settings["DISCUZ_DATA_DIR"]) / given).is_dir()
    try:
        site = find_site(given, sites_dir(settings))
    except UsageError:
        if is_folder:  # that of a bare address, or one whose profile is gone
            return given, None
        raise
    return given if is_folder else site.name, site
