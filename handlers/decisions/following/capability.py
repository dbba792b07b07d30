"""What is to be done because of a decision: received, taken on, done, given more time."""

from handlers.capability import Action, Capability
from handlers.decisions.following import answering, clock, reminders, task_page, tending, undelivered
from handlers.meetings.follow_up_actions import Do

CAPABILITY = Capability(
    name="oppfolging",
    about="follow",
    dialogs=(
        answering.MORE_TIME,
        answering.PASS_ON,
        answering.NOT_MINE,
        answering.REPORT,
        answering.RHYTHM,
        tending.CHANGE,
    ),
    does=Do,
    actions=(
        Action(Do.SHOW, task_page.show),
        Action(Do.RECEIVED, answering.received),
        Action(Do.TAKE, answering.take),
        Action(Do.DONE, answering.done),
        Action(Do.MORE_TIME, answering.more_time),
        Action(Do.NO_MORE_TIME, answering.no_more_time),
        Action(Do.HAND_ON, answering.pass_on),
        Action(Do.NOT_MINE, answering.not_mine),
        Action(Do.REPORT, answering.report),
        Action(Do.RHYTHM, answering.rhythm),
        Action(Do.CHANGE, tending.change),
        Action(Do.DROP, tending.drop),
        Action(Do.REOPEN, tending.reopen),
    ),
    chores=(clock.FOLLOW,),
    reminders=(reminders.KIND,),
    subjects={"follow": undelivered.about, "todo": undelivered.about_reminder},
)
