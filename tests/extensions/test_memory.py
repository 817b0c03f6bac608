"""Timers of answered requests are forgotten while a crawl goes on."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
from twisted.internet import asyncioreactor
asyncioreactor.install()
from twisted.internet import reactor
from scrapy.utils.test import get_crawler
from crawler.extensions import memory

memory.EVERY = 0.05
crawler = get_crawler()
sweep = memory.TimerSweep.from_crawler(crawler)


def begin():
    sweep.engine_started()
    for _ in range(1000):
        reactor.callLater(3600, print).cancel()
    reactor.callLater(0.5, end)


def end():
    print(len(reactor._pendingTimedCalls))
    sweep.engine_stopped()
    reactor.callLater(0, reactor.stop)


reactor.callWhenRunning(begin)
reactor.callLater(20, reactor.stop)
reactor.run()
"""


def test_cancelled_timers_are_forgotten() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], check=True, capture_output=True, text=True, timeout=60)
    assert int(done.stdout) < 10
