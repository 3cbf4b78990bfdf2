"""Accounts and visitors: who has an account, how it stands, and who may read it."""
