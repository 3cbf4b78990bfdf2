"""The OpenAPI document for people, for the page /docs."""
