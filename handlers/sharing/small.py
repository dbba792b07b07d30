"""What stands below a card for others: for whom it is, so that nobody takes it for all that there is."""

from handlers.writing.language import _


def for_these() -> str:
    return _("Kortet viser det alle som leser her, kan se.")


def for_anybody() -> str:
    return _("Kortet viser bare det som er offentlig, siden ikke alle som leser her, kan se mer.")
