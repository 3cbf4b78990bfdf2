"""The pages of a listener's own account, and their forms."""
