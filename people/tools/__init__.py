"""Access of tools other than our pages and API to an account."""
