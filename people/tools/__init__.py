"""How tools beside our own pages and API read an account."""
