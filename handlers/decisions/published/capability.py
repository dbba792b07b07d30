"""A year of a committee's decisions, and the list of cases handled that it may publish: `/vedtak år`."""

from handlers.capability import Action, Capability
from handlers.decisions.published import command, files
from handlers.decisions.published.actions import Do

CAPABILITY = Capability(
    name="vedtaksliste",
    about="committee",
    does=Do,
    actions=(Action(Do.SHOW, command.show),),
    documents=files.DOCUMENTS,
)
