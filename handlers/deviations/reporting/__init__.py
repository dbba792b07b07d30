"""Reporting a deviation: the guided dialog, and the event that was fixed on the spot."""
