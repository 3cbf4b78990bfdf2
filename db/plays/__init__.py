"""Reports of plays, and which of them are one play."""
