"""Disagreements (uenighet): a protocol with both parties' views, its way up the ladder, and its documents."""

from handlers.capability import Action, Capability
from handlers.decisions.disagreement import (
    checking,
    choosing,
    clock,
    files,
    home,
    listing,
    opened,
    opening,
    owed,
    page,
    undelivered,
    writing,
)
from handlers.decisions.disagreement.actions import Do
from storage.something import Thing

CAPABILITY = Capability(
    name="uenighet",
    about="meeting",
    dialogs=(writing.WRITE, writing.TRIED, choosing.PARTIES, choosing.STEP, choosing.CLOSE, checking.MASK),
    does=Do,
    actions=(
        Action(Do.LIST, listing.listed, whole=True),
        Action(Do.SHOW, page.show),
        Action(Do.OPEN, opened.open_protocol),
        Action(Do.READ, page.read),
        Action(Do.WRITE, writing.write),
        Action(Do.PARTIES, choosing.parties),
        Action(Do.TRIED, writing.tried),
        Action(Do.REVEAL, opened.reveal),
        Action(Do.STEP, choosing.step),
        Action(Do.CLOSE, choosing.close),
        Action(Do.REOPEN, opened.reopen),
        Action(Do.HISTORY, page.history),
        Action(Do.CHECK, checking.check),
        Action(Do.MASK, checking.mask),
        Action(Do.CHECKED, checking.checked),
    ),
    documents=files.DOCUMENTS,
    home=home.home,
    thing=Thing.DISAGREEMENTS,
    owes=owed.owes,
    chores=(opening.CHORE, clock.REMIND),
    reminders=(clock.KIND,),
    subjects={"disagreement": undelivered.about},
)
