"""Pages about recommendation lists: that of a day, and what other pages say of lists."""
