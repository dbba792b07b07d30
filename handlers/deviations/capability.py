"""Deviations: reported with `/avvik`, handled by the unit they are about, learnt from."""

from handlers.capability import Action, Capability, Command, Shortcut
from handlers.deviations import command, home, owed, undelivered
from handlers.deviations.actions import Do
from handlers.deviations.handling import (
    after,
    complete,
    forward,
    listing,
    printable,
    questions,
    remember,
    reminders,
    settle,
    show,
    take,
)
from handlers.deviations.learning import files, numbers, pattern, tall
from handlers.deviations.reporting import direct, report
from handlers.deviations.ways import WAYS
from handlers.writing.language import N_
from storage.something import Thing

CAPABILITY = Capability(
    name="avvik",
    about="deviation",
    commands=(
        Command(
            name="avvik",
            summary=N_("Meld et avvik i samarbeidet mellom sykehus og kommune"),
            usage=N_("[beskrivelse] | mine | kø | direkte | tall [periode]"),
            run=command.command,
            examples=command.examples,
            ways=WAYS,
            begin=report.begin,
            begin_label=N_("Meld avvik: {text}"),
            find=command.find,
        ),
    ),
    dialogs=(
        report.REPORT,
        complete.COMPLETE,
        forward.FORWARD,
        remember.REMEMBER,
        questions.ASK,
        questions.REPLY,
        questions.ADD,
        settle.ANSWER,
        settle.REJECT,
        after.ASK_AGAIN,
    ),
    does=Do,
    actions=(
        Action(Do.REPORT, report.new, whole=True),
        Action(Do.DIRECT, direct.count, whole=True),
        Action(Do.COUNT, direct.add, whole=True),
        Action(Do.UNDO_COUNT, direct.undo, whole=True),
        Action(Do.SEND, complete.send_as_is),
        Action(Do.LOOK_OVER, complete.look_over),
        Action(Do.NUMBERS, tall.show, whole=True),
        Action(Do.MAKE_CASE, pattern.make_case, whole=True),
        Action(Do.MINE, listing.mine, whole=True),
        Action(Do.QUEUE, listing.queue, whole=True),
        Action(Do.SHOW, show.show),
        Action(Do.WRITE_OUT, printable.write_out),
        Action(Do.TAKE, take.take),
        Action(Do.RELEASE, take.release),
        Action(Do.FORWARD, forward.forward),
        Action(Do.REMEMBER, remember.remember),
        Action(Do.ASK, questions.ask),
        Action(Do.REPLY, questions.reply),
        Action(Do.ADD, questions.add),
        Action(Do.ANSWER, settle.answer),
        Action(Do.REJECT, settle.reject),
        Action(Do.ASK_AGAIN, after.ask_again),
        Action(Do.RATE, after.rate),
        Action(Do.WITHDRAW, after.withdraw),
        Action(Do.NOTICE_CONSIDERED, after.considered),
        Action(Do.NOTICE_SENT, after.sent),
    ),
    documents=(*files.DOCUMENTS, printable.DOCUMENT),
    shortcuts=(
        Shortcut(
            "avvik",
            label=N_("Meld som avvik"),
            summary=N_("Meld et avvik med teksten i meldingen som beskrivelse"),
            run=report.from_message,
        ),
        Shortcut(
            "avvik.nytt",
            label=N_("Meld avvik"),
            summary=N_("Meld et avvik i samarbeidet mellom sykehus og kommune"),
            run=report.begin,
            on_message=False,
        ),
    ),
    home=home.home,
    queues=home.queues,
    begins=home.begins,
    theirs=home.theirs,
    foresees=home.foresees,
    thing=Thing.DEVIATIONS,
    owes=owed.owes,
    chores=(complete.SEND_OVERDUE, reminders.REMIND, numbers.COUNT, pattern.OFFER),
    reminders=reminders.KINDS,
    subjects={"deviation": undelivered.about},
)
