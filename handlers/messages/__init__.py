"""Messages: what can be said to somebody, and what becomes of it until they have it."""
