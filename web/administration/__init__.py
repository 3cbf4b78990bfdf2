"""Pages for administrators: accounts and the state of the service, but nothing about what anybody listens to."""
