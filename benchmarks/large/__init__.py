"""Measure one account with far more plays than anybody has, to find out what grows faster than its plays."""
