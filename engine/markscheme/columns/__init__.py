"""Tables of records become tables of results, by integers in arrays."""
