"""Webhooks of accounts, and the outbox of their deliveries."""
