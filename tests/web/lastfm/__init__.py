"""Tests of the address to which Last.fm clients submit plays."""
