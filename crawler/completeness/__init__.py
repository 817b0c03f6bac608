"""Is anything missing? Category by category: what the site says it has, what is known, and why each of the rest is not.

Pure. A category's list holds the articles of all categories below it, so that the list of a top category speaks for its
whole branch. That nothing is missing there is said only where it is proved: the list was walked to its end, the page
behind its last one was empty, and each article that it named has a record or a reason why it cannot have one. A list
that repeats its last page is cut off: nobody knows what it holds.
"""

from crawler.completeness.account import Account, Row, Says
from crawler.completeness.measuring import measure, measure_store
from crawler.completeness.rest import OPEN, Rest, rest_of
from crawler.completeness.telling import missing_words, table

__all__ = ["OPEN", "Account", "Rest", "Row", "Says", "measure", "measure_store", "missing_words", "rest_of", "table"]
