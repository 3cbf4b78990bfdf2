"""Deliver events to webhooks: sign, send within limits, and retry."""
