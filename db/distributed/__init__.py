"""The database on several machines: Citus keeps every account whole on one of them."""
