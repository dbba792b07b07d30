"""Handling a deviation: what the unit, the leaders and the reporter do with it until it is closed."""
