"""The gallery: every component of our pages in every state, on one page of the demo."""
