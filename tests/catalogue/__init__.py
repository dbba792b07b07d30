"""Everything that the bot shows, asked or unasked, gone through once: for the test that draws all of it, and for the
page that shows it (`make dialogs`)."""
