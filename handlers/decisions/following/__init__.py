"""The life of what is to be done because of a decision (oppfølging)."""
