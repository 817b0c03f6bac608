"""What Discuz! X *is*: its addresses, its dates, its notices.

Pure functions and tables: no Scrapy, no files, no network, no clock. Facts about Discuz! name the source file that
they were read from (paths are those below ``upload/`` in Discuz! X3.4; where other versions differ it says so).
"""
