"""Kill programs and count what was lost."""
