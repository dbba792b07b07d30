"""Finding cases and decisions again: by a reference to one, or by words."""
