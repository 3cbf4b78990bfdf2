"""Tests of the pages of a listener's own account."""
