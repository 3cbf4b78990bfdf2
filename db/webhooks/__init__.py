"""Webhooks of accounts, and the outbox of what they are told."""
