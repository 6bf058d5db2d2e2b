"""Questions about all records at once, and their answers. Knows programs, no text and no file."""
