"""Rounds of written comments (høring) about a case, or about something else that a committee asks."""
