"""What is known of music beyond its names, counted by hand."""
