"""Kill programs and count what is lost."""
