"""Each format that a meeting plan comes in, and rules in words, read into rows (see `handlers.planning.planned`)."""
