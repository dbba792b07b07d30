"""The kinds of Word documents that the bot makes for a committee, which may have a template of its own for each."""

from handlers.meetings.convocation.fields import KIND as CONVOCATION

KINDS = {kind.name: kind for kind in (CONVOCATION,)}
"""By name, as it is typed and stored."""
