"""Addresses for widgets that dashboards have for other services."""
