"""What each list is made of: the daily one, the weekly discovery, a year ago this week, and the month in review."""
