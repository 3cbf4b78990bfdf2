"""Enrichment: look up genres, years, sound and origins of everything that accounts have played."""
