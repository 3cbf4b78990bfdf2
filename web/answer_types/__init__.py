"""The types of JSON answers that are not about listening: each member is documented here, once."""
