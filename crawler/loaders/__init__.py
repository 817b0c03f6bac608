"""Raw values in, the record out: what RECORD's rules make of what pages print.

Item loaders are given values, never selectors: a loader that holds a selector keeps the parsed page alive with it.
"""

from crawler.loaders.article import MOST_ON_A_PAGE, MOST_PAGES, beyond_last, content_hash, load_article
from crawler.loaders.comments import load_comments
from crawler.loaders.context import Context
from crawler.loaders.faults import Faults, MandatoryError
from crawler.loaders.listing import listing_entry
from crawler.loaders.values import count
from crawler.loaders.version import EXTRACTOR_VERSION, extractor_stamp

__all__ = [
    "EXTRACTOR_VERSION",
    "MOST_ON_A_PAGE",
    "MOST_PAGES",
    "Context",
    "Faults",
    "MandatoryError",
    "beyond_last",
    "content_hash",
    "count",
    "extractor_stamp",
    "listing_entry",
    "load_article",
    "load_comments",
]
