"""The kinds of Word documents that the bot makes for a meeting; a committee may have a template of its own for each."""

from handlers.meetings.convocation.fields import KIND as CONVOCATION
from handlers.meetings.minutes.document.fields import KIND as MINUTES

KINDS = (CONVOCATION, MINUTES)
