"""State that collectors and lookups share: runs, quotas, caches and circuit breakers."""
