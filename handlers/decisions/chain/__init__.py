"""Decisions on their way: down, from a committee to another and on to a person; and out, to parties."""
