"""What pages about listening have in common; the pages themselves are in pages/."""
