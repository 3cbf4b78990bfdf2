"""Rename, move, empty or delete an account."""
