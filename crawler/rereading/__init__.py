"""An archive read again: what each of its responses gives, and the records of its articles. Nothing is asked for."""

from crawler.rereading.records import records_of
from crawler.rereading.responses import lines_of

__all__ = ["lines_of", "records_of"]
