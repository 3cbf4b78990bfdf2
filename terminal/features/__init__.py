"""Commands for optional features, for other programs, and for large instances."""
