"""Webhooks: programs elsewhere that are told what happens in an account."""
