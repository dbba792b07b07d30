"""The cases on somebody's home: those that wait for their secretariat, or for them themselves to answer; their own."""

from collections.abc import Sequence

from handlers.capability import Waiting
from handlers.cases import forms, owed, views
from handlers.cases.actions import Do
from handlers.messages.message import Button, Fact, Section
from handlers.people.access import may_decide
from handlers.people.context import Context
from handlers.writing.language import _, ngettext
from handlers.writing.text import shorten
from storage import cases
from storage.direct import Question

_SHOWN = 4


async def queues(context: Context) -> Sequence[Waiting]:
    """One statement at most."""
    own = [committee_id for committee_id in context.actor.roles if may_decide(context.actor, committee_id)]
    count = await cases.count_undecided(context.session, own) if own else 0
    if not count:
        return ()
    text = ngettext("{count} sak venter på sekretariatet", "{count} saker venter på sekretariatet", count)
    return (Waiting(text.format(count=count), Button(label=_("Vis"), action=Do.QUEUE)),)


async def home(context: Context) -> Sequence[Waiting]:
    found = [*await queues(context)]
    count = await cases.count_questioned(context.session, context.actor.person_id)
    if count:
        text = ngettext("{count} sak venter på svar fra deg", "{count} saker venter på svar fra deg", count)
        found.append(Waiting(text.format(count=count), Button(label=_("Vis"), action=Do.MINE)))
    return found


async def begins(context: Context) -> Sequence[Button]:
    """No statement: whoever may propose to no committee would only read that."""
    return (Button(label=_("Meld sak"), action=Do.PROPOSE, style="primary"),) if forms.open_committees(context) else ()


async def theirs(context: Context) -> Sequence[Section]:
    """The actor's own, the ones that changed last, and where they stand: one statement."""
    found = await cases.proposed_by(context.session, context.actor.person_id, 0, _SHOWN + 1)
    if not found:
        return ()
    facts = [
        Fact(label=shorten(case.item.title, 100), value=f"{case.committee.name} – {views.status(case, own=True)}")
        for case in found[:_SHOWN]
    ]
    return (
        Section(
            title=_("Sakene dine"),
            facts=tuple(facts),
            buttons=(Button(label=_("Vis alle sakene dine"), action=Do.MINE),),
        ),
    )


def foresees(context: Context) -> Sequence[Question]:
    """What is asked here and of what somebody owes (see `handlers.cases.owed`)."""
    person_id = context.actor.person_id
    own = [committee_id for committee_id in context.actor.roles if may_decide(context.actor, committee_id)]
    undecided = [cases.asked_count_undecided(own)] * 2 if own else []
    return (
        cases.asked_questioned(person_id, owed.MOST),
        *undecided,
        cases.asked_proposed_by(person_id, 0, _SHOWN + 1),
    )
