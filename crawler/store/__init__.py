"""Everything that is remembered of a site: units, articles, categories, runs, and the files that they fill.

The only room with SQL in it. `open_store` for a run, `read_store` for what looks on.
"""

from crawler.store.model import (
    ArticleRow,
    Category,
    Count,
    Counts,
    Found,
    Known,
    Outcome,
    Run,
    Settled,
    Unit,
    UnitKind,
    UnitState,
    units_in,
)
from crawler.store.parts import Limits
from crawler.store.store import Store, StoreReader, open_store, read_store

__all__ = [
    "ArticleRow",
    "Category",
    "Count",
    "Counts",
    "Found",
    "Known",
    "Limits",
    "Outcome",
    "Run",
    "Settled",
    "Store",
    "StoreReader",
    "Unit",
    "UnitKind",
    "UnitState",
    "open_store",
    "read_store",
    "units_in",
]
