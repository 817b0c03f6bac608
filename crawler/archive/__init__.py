"""The archive of what was served: WARC 1.1 records, made and read again. The only room that knows of the format.

Where their bytes go, and when they are durable, is for `crawler.store` to say.
"""

from crawler.archive.collection import Collection, Entry
from crawler.archive.fields import address, asked_head, served_head
from crawler.archive.members import Damage
from crawler.archive.reading import Served, read_warc
from crawler.archive.resolving import Resolver
from crawler.archive.writing import Exchange, Record, record_of, warcinfo

__all__ = [
    "Collection",
    "Damage",
    "Entry",
    "Exchange",
    "Record",
    "Resolver",
    "Served",
    "address",
    "asked_head",
    "read_warc",
    "record_of",
    "served_head",
    "warcinfo",
]
