"""The OpenAPI document for people: what the page /docs shows."""
