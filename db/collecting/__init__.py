"""State that collecting and lookups share: runs, quotas, caches and circuit breakers."""
