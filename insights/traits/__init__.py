"""What is known of music beyond its names: genres, years, sound and where artists come from."""
