"""Reminders (påminnelser): before the deadline for proposing cases, and before the meeting."""
