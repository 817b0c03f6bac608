"""From what a profile says of a site's template to selectors that select."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.errors import UsageError
from crawler.pages.theme import DEFAULT, load_theme

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.pages.theme import Theme
    from crawler.sites import Site, SiteTheme


def theme_of(site: Site) -> Theme:
    """Give the theme by which a site's pages are read; the default one where its profile has none.

    Raises:
        UsageError: it names a field that there is not, or a selector that cannot be used. Every fault is named at
            once, with file, key, value and mend.
    """
    theme = site.theme
    if theme is None:
        return DEFAULT
    try:
        return load_theme(theme.name, theme.tables)
    except ValueError as error:
        what = "profile" if theme.prefix else "theme"
        raise UsageError(f"{what} {theme.path}: {'; '.join(faults(theme)) or error}") from error


def faults(theme: SiteTheme) -> Iterator[str]:
    """Load each field by itself, and give what is wrong with it."""
    for table, fields in theme.tables.items():
        for field, value in fields.items() if fields else [("", "")]:
            try:
                load_theme(theme.name, {table: {field: value} if field else {}})
            except ValueError as error:
                yield f"{theme.prefix}{error}"
                if str(error).startswith(f"{table} is unknown"):
                    break
