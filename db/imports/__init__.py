"""Import histories: turn staged rows into plays, and undo imports."""
