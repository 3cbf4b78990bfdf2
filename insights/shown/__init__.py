"""Music and plays as answers show them."""
