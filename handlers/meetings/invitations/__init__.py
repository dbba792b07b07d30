"""Invitations to meetings by e-mail, which calendars take in (invitasjoner), and the answers that calendars give."""
