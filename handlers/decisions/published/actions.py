"""What buttons do about a year of a committee's decisions. The values stand on buttons that were sent long ago, so they
never change."""

from handlers.messages.message import Does


class Do(Does):
    """All that is done by buttons."""

    SHOW = "vedtaksliste.vis"


YEAR, PUBLIC, TABLE = "vedtaksliste.arets", "vedtaksliste.offentlig", "vedtaksliste.tabell"
"""What the documents are called, for links."""
