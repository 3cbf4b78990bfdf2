"""Recaps as pictures, to share."""
