"""A meeting plan in each format, read into rows."""
