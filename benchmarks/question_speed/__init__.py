"""How fast questions are: the instance, its load, and limits in SQL by hand."""
