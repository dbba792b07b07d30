"""What the columns of a meeting plan are called: in Bokmål, Nynorsk and English, and as calendars export them. Pure."""

from enum import StrEnum

from handlers.patterns import pattern_of


class Column(StrEnum):
    COMMITTEE = "committee"
    DATE = "date"
    WEEKDAY = "weekday"
    BEGINS = "begins"
    ENDS = "ends"
    PLACE = "place"
    TITLE = "title"
    TEXT = "text"
    CHAIR = "chair"
    HOST = "host"
    STATUS = "status"
    MONTH = "month"
    YEAR = "year"
    IGNORED = "ignored"
    """One that calendars export, and that says nothing of a meeting here."""


_NAMES: dict[Column, str] = {
    Column.COMMITTEE: "utvalg utvalget utval organ råd forum gruppe møteserie komité komite møteorgan styre hvem "
    "kven utvalg/organ organ/utvalg committee body group",
    Column.DATE: "dato møtedato møtedag datoer når dato/tid tidspunkt date startdato fradato startdate når? dag/dato",
    Column.WEEKDAY: "ukedag vekedag dag weekday day",
    Column.BEGINS: "start fra frå starttid starttidspunkt klfra frakl begynner klokkeslett kl klokka klokken klokke "
    "tid tidsrom møtetid starttime begins from time fratid starter",
    Column.ENDS: "slutt til sluttid slutttid sluttidspunkt klslutt tilkl slutter ferdig endtime ends end to "
    "tiltid klokketil",
    Column.PLACE: "sted stad møtested møtestad lokale rom møterom lokasjon plassering location place hvor kvar adresse "
    "sted/rom møtelokale",
    Column.TITLE: "tittel emne tema subject title hva kva møte møtetittel møtetype type",
    Column.TEXT: "merknad merknader kommentar kommentarer notat beskrivelse skildring description merk info "
    "annet anna notater",
    Column.CHAIR: "møteleder møteleiar leder leiar ordstyrer chair møteledelse",
    Column.HOST: "vert vertskap vertskommune arrangør host ansvarlig ansvarleg",
    Column.STATUS: "status avlyst",
    Column.MONTH: "måned månad mnd month",
    Column.YEAR: "år year årstall",
    Column.IGNORED: "sluttdato enddate heldagshendelse alldayevent påminnelse påminnelsedato påminnelsestidspunkt "
    "reminderonoff reminderdate remindertime private privat prioritet priority følsomhet sensitivity visklokkesletsom "
    "showtimeas kategorier categories kilometer mileage fakturaopplysninger billinginformation nr nummer uke veke week",
}
_OF = {name: column for column, names in _NAMES.items() for name in names.split()}
_LEFT_OUT = pattern_of(r"[\s.:*()\-_–]+|\bav\b")


def column_of(text: str) -> Column | None:
    """What a column with this heading has in it; None: it is no such heading."""
    plain = _LEFT_OUT.sub("", text.casefold())
    return _OF.get(plain) or _OF.get(plain.rstrip("rn")) or _OF.get(plain.replace("/", ""))


def columns_of(texts: dict[int, str]) -> dict[int, Column]:
    """Of a row: the columns by their headings, each once (the first); empty where the row is no heading."""
    found: dict[int, Column] = {}
    for at, text in texts.items():
        column = column_of(text)
        if column is not None and (column is Column.IGNORED or column not in found.values()):
            found[at] = column
    kinds = set(found.values()) - {Column.IGNORED}
    dated = Column.DATE in kinds or {Column.MONTH, Column.WEEKDAY} <= kinds
    return found if dated and len(kinds) >= 2 and len(found) * 2 >= len(texts) else {}
