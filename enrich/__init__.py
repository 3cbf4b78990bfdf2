"""Look up artists, tracks and releases with music services."""
