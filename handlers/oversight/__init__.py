"""Who was reminded of what, when, and whether it arrived: for whoever plans meetings, and whoever runs the bot."""
