"""Minutes on their way: out for comment, published, approved, corrected."""

from handlers.capability import Action, Capability
from handlers.meetings.minutes.round import (
    answering,
    approving,
    clock,
    commenting,
    correcting,
    files,
    home,
    owed,
    reading,
    reminding,
    undelivered,
    writing,
)
from handlers.meetings.minutes.round_actions import Do
from storage.something import Thing

CAPABILITY = Capability(
    name="referatrunde",
    about="meeting",
    dialogs=(
        commenting.COMMENT,
        answering.TAKE_IN,
        answering.DECLINE,
        approving.REFUSE,
        approving.AT_MEETING,
        approving.REFUSED_AT_MEETING,
        correcting.CORRECT,
    ),
    does=Do,
    actions=(
        Action(Do.SHOW, reading.show),
        Action(Do.CASE, reading.case),
        Action(Do.HISTORY, reading.history),
        Action(Do.SEND, writing.send),
        Action(Do.COMMENT, commenting.comment),
        Action(Do.NO_REMARKS, commenting.no_remarks),
        Action(Do.COMMENTS, answering.comments),
        Action(Do.TAKE_IN, answering.take_in),
        Action(Do.DECLINE, answering.decline),
        Action(Do.END, writing.end),
        Action(Do.PUBLISH, writing.publish),
        Action(Do.ASK, writing.ask),
        Action(Do.APPROVE, approving.approve),
        Action(Do.REFUSE, approving.refuse),
        Action(Do.AT_MEETING, approving.approve_at),
        Action(Do.REFUSED_AT_MEETING, approving.refuse_at),
        Action(Do.CORRECT, correcting.correct),
    ),
    documents=files.DOCUMENTS,
    home=home.home,
    thing=Thing.ROUNDS,
    owes=owed.owes,
    chores=(clock.CLOSE,),
    reminders=reminding.KINDS,
    subjects={"minutes": undelivered.about},
)
