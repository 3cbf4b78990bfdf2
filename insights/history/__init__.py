"""What a history lists: the plays that a search and filters select, and what was reported about each."""
