"""Addresses for dashboards whose widgets know another service."""
