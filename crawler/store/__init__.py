"""Everything that is remembered of a site: units, articles, categories, runs, and the files that they fill.

The only room with SQL in it. `open_store` for a run, `read_store` for what looks on.
"""

from crawler.store.gatekeeping import Gate
from crawler.store.model import (
    ArticleRow,
    Category,
    Change,
    Count,
    Counts,
    Due,
    Found,
    HeldPart,
    Holding,
    Known,
    MediaFile,
    Outcome,
    Part,
    Payload,
    Rejected,
    Released,
    Run,
    RunInfo,
    Settled,
    Standing,
    Unit,
    UnitKind,
    UnitState,
    Unrecorded,
    WarcFile,
    What,
    units_in,
)
from crawler.store.parts import Limits
from crawler.store.reader import StoreReader
from crawler.store.store import Store, open_store, read_store
from crawler.store.warcs import Archiving

__all__ = [
    "Archiving",
    "ArticleRow",
    "Category",
    "Change",
    "Count",
    "Counts",
    "Due",
    "Found",
    "Gate",
    "HeldPart",
    "Holding",
    "Known",
    "Limits",
    "MediaFile",
    "Outcome",
    "Part",
    "Payload",
    "Rejected",
    "Released",
    "Run",
    "RunInfo",
    "Settled",
    "Standing",
    "Store",
    "StoreReader",
    "Unit",
    "UnitKind",
    "UnitState",
    "Unrecorded",
    "WarcFile",
    "What",
    "open_store",
    "read_store",
    "units_in",
]
