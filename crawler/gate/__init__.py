"""The gate: is what a run has read like what this site usually gives, or is it damaged? Pure functions and tables.

`Gate` judges parts for the store: `measure` turns lines into numbers, `judge` holds them against those before them.
`judge_end` does the same for a run as a whole, when everything is done and its last part is not published yet.
"""

from crawler.gate.gate import Gate
from crawler.gate.judge import judge
from crawler.gate.metrics import measure
from crawler.gate.run import holding, judge_end, judge_run, measure_run
from crawler.gate.thresholds import Limit, Thresholds

__all__ = ["Gate", "Limit", "Thresholds", "holding", "judge", "judge_end", "judge_run", "measure", "measure_run"]
