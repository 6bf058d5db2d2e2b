"""Files of records become files of results, in batches: in bounded memory, whole or not at all."""
