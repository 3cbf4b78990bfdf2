"""Requests and responses: errors, ETags, hosts, limits."""
