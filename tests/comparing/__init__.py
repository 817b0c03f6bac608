"""Captured pages, read by us and compared field by field with what is in the databases that they were made from.

A table of fields for each kind of page; a field gives pairs: what we read, and what it should be. Tests take every
pair for equal, the score counts those that are. The rules of comparison are RECORD's.
"""
