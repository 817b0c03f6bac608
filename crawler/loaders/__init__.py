"""Raw values in, the record out: what RECORD's rules make of what pages print.

Item loaders are given values, never selectors: a loader that holds a selector keeps the parsed page alive with it.
"""

from crawler.loaders.article import beyond_last, content_hash, load_article
from crawler.loaders.comments import load_comments, load_comments_update
from crawler.loaders.context import Context
from crawler.loaders.faults import Faults, MandatoryError
from crawler.loaders.listing import listing_entry

__all__ = [
    "Context",
    "Faults",
    "MandatoryError",
    "beyond_last",
    "content_hash",
    "listing_entry",
    "load_article",
    "load_comments",
    "load_comments_update",
]
