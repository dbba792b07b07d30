"""The two as Word documents, and as a table (CSV)."""
