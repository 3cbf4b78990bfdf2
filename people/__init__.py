"""Accounts: what is known about them, and every change of one, with its rule and its audit line."""
