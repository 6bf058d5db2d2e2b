"""Steps as integer arithmetic and small tables, for backends that compute. Knows programs, no data and no backend."""
