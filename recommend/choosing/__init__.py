"""Turn proposals into a list, and measure lists."""
