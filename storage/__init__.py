"""What the bot remembers: tables, queries named after what they answer, and migrations."""
