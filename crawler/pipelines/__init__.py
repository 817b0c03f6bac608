"""Item pipelines, one verb each: validate, deduplicate, write."""
