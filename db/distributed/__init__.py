"""The database on several machines: Citus keeps all of an account on one of them."""
