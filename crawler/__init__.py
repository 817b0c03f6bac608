"""Reads the news portal (门户) of any Discuz! X site into JSON Lines."""

__version__ = "0.1.0"
