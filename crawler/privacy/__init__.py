"""Personal data in records: found, taken out, replaced by pseudonyms, left out where it is blocked. Pure.

Nothing here reads a file, a clock or the network: whoever calls it brings the key and the lines of a block list.
"""

from crawler.privacy.blocking import BlockList, Blocks, parse_blocks
from crawler.privacy.finding import find
from crawler.privacy.kinds import PERSONAL, Kind, parse_kinds
from crawler.privacy.leaving_out import LeavesOut
from crawler.privacy.pseudonyms import Pseudonyms
from crawler.privacy.records import Redactor

__all__ = [
    "PERSONAL",
    "BlockList",
    "Blocks",
    "Kind",
    "LeavesOut",
    "Pseudonyms",
    "Redactor",
    "find",
    "parse_blocks",
    "parse_kinds",
]
