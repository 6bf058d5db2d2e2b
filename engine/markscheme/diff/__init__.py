"""What changed between two versions: in meaning, for whom, and by which rule. Knows no terminal and no page."""
