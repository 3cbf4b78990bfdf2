"""Accounts, and everything that gives access to one: tokens, links, sessions, invitations."""
