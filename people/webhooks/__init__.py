"""Webhooks: signed requests that notify other programs of events in an account."""
