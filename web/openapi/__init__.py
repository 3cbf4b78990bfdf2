"""The OpenAPI document, and what follows from it."""
