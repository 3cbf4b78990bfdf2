"""Sums for widgets of dashboards."""
