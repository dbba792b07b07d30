"""Meetings (møter): the plan, deadlines, and what happens when one moves."""
