"""Meetings: when they are, and when cases for them must be in. Everybody concerned is reminded, and told of changes."""

from collections.abc import Sequence
from functools import partial

from handlers.capability import Action, Capability, Command, Example
from handlers.meetings import home, listing, owed, reminders, undelivered
from handlers.meetings.actions import Do
from handlers.meetings.own_templates import Templates
from handlers.meetings.page import Page
from handlers.meetings.sub_command import SubCommand
from handlers.meetings.ways import WAYS
from handlers.people.context import Context
from handlers.writing.language import N_, _


async def _examples(sub_commands: Sequence[SubCommand], context: Context) -> Sequence[Example]:
    own = Example("/mote", _("møtene, med frister for å melde saker"))
    return (own, *[example for each in sub_commands for example in await each.examples(context)])


def over(page: Page, templates: Templates, sub_commands: Sequence[SubCommand] = ()) -> Capability:
    """What is done with meetings. `page`: what stands about one of them. `templates`: those that a committee has.
    `sub_commands`: what words after `/mote` do."""
    return Capability(
        name="mote",
        about="meeting",
        commands=(
            Command(
                name="mote",
                aliases=("møte", "moter", "møter"),
                summary=N_("Kommende møter og frister"),
                run=partial(listing.command, sub_commands),
                more_usage=tuple(each.usage for each in sub_commands),
                examples=partial(_examples, sub_commands),
                ways=(*WAYS, *[way for each in sub_commands for way in each.ways]),
            ),
        ),
        does=Do,
        owes=owed.owes,
        theirs=home.theirs,
        foresees=home.foresees,
        actions=(
            Action(Do.SHOW, partial(listing.coming, sub_commands), whole=True),
            Action(Do.PAGE, page.show),
            Action(Do.TEMPLATES, templates.show),
            Action(Do.DEFAULT_TEMPLATE, templates.use_default),
        ),
        documents=(templates.document,),
        intakes=(templates.intake,),
        chores=(reminders.REMIND,),
        reminders=reminders.KINDS,
        subjects={"meeting": undelivered.about, "committee": undelivered.about_committee},
    )
