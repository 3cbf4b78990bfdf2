"""How good lists are, measured on histories."""
