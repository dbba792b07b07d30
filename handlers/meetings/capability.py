"""Meetings: when they are, and when cases for them must be in. Everybody concerned is reminded, and told of changes."""

from collections.abc import Sequence

from handlers.capability import Action, Capability, Command, Example
from handlers.meetings import listing, own_templates, reminders, undelivered
from handlers.meetings.actions import Do
from handlers.meetings.page import Page
from handlers.meetings.ways import WAYS
from handlers.people.context import Context
from handlers.writing.language import N_, _


async def _examples(_context: Context) -> Sequence[Example]:
    return (Example("/mote", _("møtene, med frister for å melde saker")),)


def over(page: Page) -> Capability:
    """What is done with meetings. `page`: what stands about one of them."""
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
            Action(Do.TEMPLATES, own_templates.show),
            Action(Do.DEFAULT_TEMPLATE, own_templates.use_default),
        ),
        documents=(own_templates.DOCUMENT,),
        intakes=(own_templates.INTAKE,),
        chores=(reminders.REMIND,),
        subjects={"meeting": undelivered.about},
    )
