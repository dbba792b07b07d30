"""Evaluations of meetings."""

from handlers.capability import Action, Capability
from handlers.meetings.evaluation import answering, clock, home, owed, showing, undelivered
from handlers.meetings.evaluation.actions import Do
from storage.something import Thing

CAPABILITY = Capability(
    name="evaluering",
    about="meeting",
    dialogs=(answering.EVALUATE,),
    does=Do,
    actions=(
        Action(Do.SHOW, showing.show),
        Action(Do.ANSWER, answering.answer),
        Action(Do.SHARE, showing.share),
    ),
    home=home.home,
    thing=Thing.EVALUATIONS,
    owes=owed.owes,
    chores=(clock.OPEN, clock.FOLLOW),
    subjects={"evaluation": undelivered.about},
)
