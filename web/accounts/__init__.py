"""Accounts as JSON, and changes to them."""
