"""Exports and backups."""
