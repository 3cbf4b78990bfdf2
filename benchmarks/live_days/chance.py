"""Chance that can be repeated: the same name gives the same life."""

import random


class Chance(random.Random):
    """Draws for made-up lives and troubles; nothing here needs secrecy."""
