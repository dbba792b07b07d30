"""What becomes of decisions: what is to be done, by whom and when, and where it stands."""
