"""Recommendation lists over HTTP."""
