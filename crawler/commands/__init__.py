"""What a person types: ``scrapy crawl``, ``crawl-all``, ``demo``, ``export``, ``extract``, ``probe``, ``report``."""

import sys

from crawler import escaping
from crawler.interruption import leave, on_signal

# To run one command Scrapy imports them all, which takes longer than what `crawl` does before it can be stopped in
# good order. Commands other than these keep Python's own ways.
if next((word for word in sys.argv[1:] if not word.startswith("-")), None) in {"crawl", "crawl-all"}:
    on_signal(leave)

# Here, since Scrapy imports this before it logs anything.
escaping.install()
