"""Parts of the pages about genres, years, sound and origins."""
