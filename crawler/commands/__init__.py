"""What a person types: ``scrapy crawl``, ``scrapy demo``, ``scrapy extract``."""
