"""Who is speaking: recognised, let in, with their roles and their language; and the links made for one person."""
