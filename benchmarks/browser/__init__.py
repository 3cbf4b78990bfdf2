"""A real browser that uses Insight: it connects accounts, walks every page, and takes pictures of them."""
