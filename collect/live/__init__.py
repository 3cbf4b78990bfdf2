"""Live collecting: watch what plays now, and report each play with when it began and for how long it was heard."""
