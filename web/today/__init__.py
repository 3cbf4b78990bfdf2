"""The page of a day's recommendations."""
