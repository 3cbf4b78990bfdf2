"""Imports that a page began: the files that were sent, and the thread that imports them."""
