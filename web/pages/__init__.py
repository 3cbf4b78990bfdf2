"""Pages for people, and the frame around all of them."""
