"""Many sites: which of them are due, a process for each, and one summary of all."""
