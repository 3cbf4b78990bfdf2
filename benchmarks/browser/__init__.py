"""A real browser that uses Insight: it connects accounts, visits every page, and takes pictures."""
