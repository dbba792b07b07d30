"""A capability in a package of its own, whose messages have buttons of another's."""
