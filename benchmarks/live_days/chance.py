"""Chance that can be repeated: the same name gives the same life."""

import random


class Chance(random.Random):
    """A generator for made-up lives and troubles, none of which needs secrecy."""
