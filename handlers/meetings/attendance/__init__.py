"""Who comes to a meeting, and who was there (oppmøte)."""
