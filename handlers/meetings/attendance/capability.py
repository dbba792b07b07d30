"""Attendance: who comes to a meeting, who was there, and who took no part in an item."""

from handlers.capability import Action, Capability
from handlers.meetings.attendance import answering, disqualifying, marking, owed, reminding
from handlers.meetings.attendance.actions import Do
from storage.something import Thing

CAPABILITY = Capability(
    name="oppmote",
    about="meeting",
    dialogs=(
        answering.FOR_WHOM,
        answering.STAY_AWAY,
        answering.SEND_SUBSTITUTE,
        marking.DETAILS,
        marking.ADD,
        disqualifying.DISQUALIFY,
    ),
    does=Do,
    thing=Thing.ANSWERS,
    owes=owed.owes,
    actions=(
        Action(Do.COME, answering.come),
        Action(Do.STAY_AWAY, answering.stay_away),
        Action(Do.SEND_SUBSTITUTE, answering.send_substitute),
        Action(Do.OWN, answering.own),
        Action(Do.ROLL, marking.show),
        Action(Do.MARK, marking.mark),
        Action(Do.ALL_CAME, marking.all_came),
        Action(Do.PERSON, marking.person),
        Action(Do.DETAILS, marking.details),
        Action(Do.ADD, marking.add),
        Action(Do.REMOVE, marking.remove),
        Action(Do.DISQUALIFY, disqualifying.disqualify),
        Action(Do.QUALIFY, disqualifying.qualify),
        Action(Do.UNDO, marking.undo),
        Action(Do.REMIND, reminding.remind),
    ),
)
