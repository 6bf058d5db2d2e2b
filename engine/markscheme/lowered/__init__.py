"""Steps as integer arithmetic and small tables, for every backend that computes. Knows programs, no data and no backend."""
