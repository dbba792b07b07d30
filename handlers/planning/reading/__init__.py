"""Each format that a meeting plan comes in, and rules in words, read into the same rows (see `handlers.planning.planned`)."""
