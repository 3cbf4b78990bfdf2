"""Simulate a thousand days of collecting, and compare what is stored with what happened."""
