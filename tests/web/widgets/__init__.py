"""Tests of the addresses for widgets of dashboards."""
