"""Prepare the database when a program starts: migrations, upgrades, checks of the server, and dumps."""
