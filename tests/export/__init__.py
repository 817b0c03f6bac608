"""Tests of `crawler.export`."""
