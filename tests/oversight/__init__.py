"""How reminders arrive, as those see it who plan meetings or run the bot."""
