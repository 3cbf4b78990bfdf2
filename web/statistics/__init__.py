"""What pages about listening share; the pages themselves are in pages/."""
