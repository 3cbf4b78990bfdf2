"""Authentication and authorisation: who the visitor is, and what they may see."""
