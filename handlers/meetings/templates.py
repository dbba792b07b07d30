"""The kinds of Word documents that the bot makes for a committee, which may have a template of its own for each."""

from handlers.meetings.convocation.fields import KIND as CONVOCATION
from handlers.meetings.minutes.document.fields import KIND as MINUTES

KINDS = {kind.name: kind for kind in (CONVOCATION, MINUTES)}
"""By name, as it is typed and stored."""
