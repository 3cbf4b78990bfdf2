"""The state of the service itself."""
