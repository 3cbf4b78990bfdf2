"""Read plays: which count, when they were played, and which are missing."""
