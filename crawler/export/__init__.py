"""Datasets made of what is published: parquet, JSON Lines, CSV, SQLite, each with a card that says what it is.

The only room that imports pyarrow, zstandard and rensa, and each only where it is asked for. Reads published files and
nothing else of a site's folder but the list of its categories, so that it needs no store and disturbs no crawl.
"""

from crawler.export.exporting import Done, Progress, export
from crawler.export.options import FORMATS, Format, Options
from crawler.export.reading import Place

__all__ = ["FORMATS", "Done", "Format", "Options", "Place", "Progress", "export"]
