"""Steps as finite tables: what every record gives, without walking the records. Knows programs, no data."""
