"""Item pipelines, one verb each: validate, block, deduplicate, fetch media, write."""
