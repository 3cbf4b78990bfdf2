"""Pages about recommendation lists: the list of a day, and what other pages say about lists."""
