"""``scrapy probe``: what a site is, what of it can be read, and which line of a profile would mend the rest."""

from crawler.probe.findings import Findings
from crawler.probe.spider import ProbeSpider

__all__ = ["Findings", "ProbeSpider"]
