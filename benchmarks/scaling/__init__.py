"""How much one machine does for many accounts, and what more accounts need."""
