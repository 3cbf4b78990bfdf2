"""What a listener plays, knows and likes."""
