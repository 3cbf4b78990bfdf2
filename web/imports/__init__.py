"""Importing listening history in the browser: /account/imports and what is below it."""
