"""Agendas (sakslister): what stands on a meeting's, in which order, and who is told of changes."""
