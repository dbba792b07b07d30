"""What people see of their reminders (påminnelser), and who hears of those that did not arrive."""
