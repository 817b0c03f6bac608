"""Pages broken at random, each by its number: the same number is the same page again.

What may not happen to any of them is in `tests.fuzz.reading`; ``python -m tests.fuzz`` tries as many as one likes.
"""
