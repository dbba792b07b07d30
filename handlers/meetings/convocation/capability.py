"""Convocations (innkalling): checked and sent from a meeting's page, with a Word document and a calendar entry; and
invitations by e-mail."""

from handlers.capability import Action, Capability
from handlers.meetings.convocation import changed, documents, owed, own, send
from handlers.meetings.convocation.actions import Do
from handlers.meetings.invitations import inviting

CAPABILITY = Capability(
    name="innkalling",
    about="meeting",
    does=Do,
    actions=(Action(Do.CHECK, send.check), Action(Do.SEND, send.send), Action(Do.OWN, own.show)),
    owes=owed.owes,
    foresees=owed.foresees,
    documents=documents.DOCUMENTS,
    chores=(changed.CHANGES, inviting.INVITE),
)
