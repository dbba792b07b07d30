"""Finding a date (datovalg): times are proposed, people say which suit them, and the best one becomes the meeting."""
