"""Accounts, and everything that lets somebody into one: tokens, links, sessions, invitations."""
