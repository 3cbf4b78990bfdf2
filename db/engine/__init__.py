"""PostgreSQL itself: the embedded server, connections, locks, and what its failures mean."""
