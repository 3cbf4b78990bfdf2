"""Import histories: staged rows become plays, and an import can be undone."""
