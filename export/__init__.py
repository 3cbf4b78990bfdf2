"""Handing a listener's plays out again, as other programs read them."""
