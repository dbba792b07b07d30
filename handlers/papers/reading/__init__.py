"""Each format of a paper, read into blocks (see `blocks`)."""
