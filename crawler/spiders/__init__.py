"""Traversal only: which unit is next, and what to do with its page. No XPath, no cleaning, no SQL."""
