"""What stands out in a period: one finding, chosen by rules from what was played. Pages put it into a sentence."""
