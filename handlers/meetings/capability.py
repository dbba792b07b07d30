"""Meetings: when they are, and when cases for them must be in. Everybody concerned is reminded, and told of changes."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example
from handlers.meetings import listing, reminders, undelivered
from handlers.meetings.actions import Do
from handlers.meetings.own_templates import Templates
from handlers.meetings.page import Page
from handlers.meetings.ways import WAYS
from handlers.people.context import Context
from handlers.writing.language import N_, _


async def _examples(_context: Context) -> Sequence[Example]:
    return (Example("/mote", _("møtene, med frister for å melde saker")),)


def over(page: Page, templates: Templates) -> Capability:
    """What is done with meetings. `page`: what stands about one of them. `templates`: those that a committee has."""
    return Capability(
        name="mote",
        about="meeting",
        commands=(
            Command(
                name="mote",
                aliases=("møte", "moter", "møter"),
                summary=N_("Kommende møter og frister"),
                run=listing.command,
                examples=_examples,
                ways=WAYS,
            ),
        ),
        does=Do,
        actions=(
            Action(Do.SHOW, listing.coming, whole=True),
            Action(Do.PAGE, page.show),
            Action(Do.TEMPLATES, templates.show),
            Action(Do.DEFAULT_TEMPLATE, templates.use_default),
        ),
        documents=(templates.document,),
        intakes=(templates.intake,),
        chores=(reminders.REMIND,),
        reminders=reminders.KINDS,
        subjects={"meeting": undelivered.about},
    )
