"""What a person's own calendar fetches: their committees' meetings, and what they owe by when."""
