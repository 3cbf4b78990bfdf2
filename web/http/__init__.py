"""Requests and responses: errors, ETags, hosts, templates."""
