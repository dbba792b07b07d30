"""What happened to an agenda, as a sentence: for whoever comes second."""

from handlers.calendar import dates
from handlers.writing.language import N_, _
from storage.history import Event

MOVED, ORDERED, ADDED, CHANGED, REMOVED = (
    "agenda.moved",
    "agenda.ordered",
    "agenda.added",
    "agenda.changed",
    "agenda.removed",
)
JOINED, PARTED, LEFT_OUT, PUT_BACK = "agenda.joined", "agenda.parted", "agenda.left_out", "agenda.put_back"
BEGUN, FINISHED = "agenda.begun", "agenda.finished"

_SENTENCES = {
    MOVED: N_("{actor} flyttet «{title}»"),
    ORDERED: N_("{actor} endret rekkefølgen"),
    ADDED: N_("{actor} la til «{title}»"),
    CHANGED: N_("{actor} endret «{title}»"),
    REMOVED: N_("{actor} tok bort «{title}»"),
    JOINED: N_("{actor} slo sammen «{title}» med en annen sak"),
    PARTED: N_("{actor} tok fra hverandre «{title}»"),
    LEFT_OUT: N_("{actor} tok «{title}» ut av dette møtet"),
    PUT_BACK: N_("{actor} tok «{title}» inn igjen"),
    BEGUN: N_("{actor} begynte å arbeide med sakslisten"),
    FINISHED: N_("{actor} ble ferdig med sakslisten"),
}


def sentence(event: Event, zone: str) -> str:
    """«Eksempel Sekretær flyttet «Felles opplæring» (1. sep. 2026 kl. 10.02)»; nothing of what is no agenda's."""
    said = _SENTENCES.get(event.kind)
    if said is None:
        return ""
    return _("{what} ({day} kl. {clock})").format(
        what=_(said).format(actor=event.actor, title=event.data.get("title", "")),
        day=dates.short_day(event.at, zone),
        clock=dates.clock(event.at, zone),
    )
