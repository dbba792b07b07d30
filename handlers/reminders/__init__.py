"""Reminders (påminnelser): each kind says who is to be reminded of what, and when; here it is said once."""
