"""Convocations (innkallinger): checked, made as a Word document, and sent with the agenda."""
