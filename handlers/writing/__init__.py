"""Text: cleaned, in the person's language, without anybody's identity; and Word documents."""
