"""What pages show of genres, years, sound and origins."""
