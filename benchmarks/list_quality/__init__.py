"""Measure the quality of lists on histories."""
