"""What stands out in a period: one finding, chosen by rule from what was played. Pages say it in a sentence."""
