"""What a crawl costs, measured; run by hand: ``python -m tests.benchmarks.crawl``."""
