"""The languages of pages: which one a reader gets, its texts, and how it writes dates and numbers."""
