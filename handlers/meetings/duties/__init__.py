"""Yearly duties (årsplikter): what a committee is to do each year, by when, and that it is done."""
