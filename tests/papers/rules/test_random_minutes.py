"""Minutes written at random, in a random layout, are read back as they were meant."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.papers import rules
from handlers.papers.reading import reader
from handlers.papers.record import PaperRead
from handlers.papers.rules import days

FIRST = ("Kari", "Ola", "Per", "Anne", "Eva", "Jon", "Siri", "Nils", "Gro", "Ida")
LAST = ("Eksempel", "Prøve", "Test", "Døme", "Prøvesen", "Testesen")
ROLES = ("rådgiver", "kommuneoverlege", "fastlege", "klinikksjef", "brukerrepresentant", "avdelingsleder")
PLACES = ("Nordby kommune", "Sørby kommune", "Eksempel sykehus", "Døme HF")
SUBJECTS = (
    "Utskriving til kommunene", "Felles rutine for epikriser", "Ambulerende team", "Legemidler ved flytting",
    "Økonomi og drift", "Samhandling om barn og unge", "Ny delavtale", "Beredskap i helga", "Kreftforløp hjemme",
    "Opplæring av nye ansatte", "Digital hjemmeoppfølging", "Rehabilitering etter slag",
)  # fmt: skip
TALKS = (
    "Flere pekte på at systemene er ulike.",
    "Det ble vist til tall fra i fjor, og 12 av 40 kommuner har svart.",
    "Leder orienterte kort om bakgrunnen.",
    "Spørsmål om tid og penger ble reist.",
)
DECISIONS = (
    "Saken tas til orientering.",
    "Forslaget godkjennes.",
    "Rutinen sendes på høring til kommunene.",
    "Utvalget slutter seg til planen.",
    "Mandatet vedtas med de endringer som kom fram.",
)
MONTHS = ("januar", "februar", "mars", "april", "mai", "juni", "juli", "august", "september", "oktober", "november",
          "desember")  # fmt: skip


@dataclass
class Words:
    """The labels of a language."""

    title: str
    date: str
    place: str
    present: str
    absent: str
    decision: str
    talk: str


LANGUAGES = (
    Words("Referat fra møte i", "Møtedato", "Møtested", "Til stede", "Forfall", "Vedtak", "Behandling"),
    Words("Møtereferat –", "Dato", "Sted", "Deltakere", "Fravær", "Konklusjon", "Innspill/kommentarer"),
    Words("Referat frå møte i", "Møtedato", "Møtestad", "Til stades", "Fråvær", "Vedtak", "Handsaming"),
    Words("PROTOKOLL FRA MØTE I", "MØTEDATO", "MØTESTED", "TIL STEDE", "FORFALL", "VEDTAK", "BEHANDLING"),
)

NUMBERS = {
    "33/24": lambda n, year: f"{n}/{year % 100:02}",
    "1/2026": lambda n, year: f"{n}/{year}",
    "2024.1": lambda n, year: f"{year}.{n}",
    "2023/07": lambda n, year: f"{year}/{n:02}",
    "28-2025": lambda n, year: f"{n}-{year}",
    "01-21": lambda n, year: f"{n:02}-{year % 100:02}",
    "033/04": lambda n, year: f"{n:03}/{year % 100:02}",
    "268": lambda n, _year: str(n + 260),
    "1": lambda n, _year: str(n),
}


@dataclass
class Meant:
    """What was written."""

    day: date
    place: str
    present: list[str]
    absent: list[str]
    cases: list[tuple[str, str, str]]
    """Number, title, decision."""


@dataclass
class Written:
    meant: Meant
    name: str
    text: str


def _dates(day: date) -> list[str]:
    return [
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%d.%m.%y}",
        f"{day.day}. {MONTHS[day.month - 1]} {day.year}",
        f"{day:%Y-%m-%d}",
        f"{day.day}/{day.month} {day.year}",
        f"{('mandag', 'tirsdag', 'onsdag', 'torsdag', 'fredag', 'lørdag', 'søndag')[day.weekday()]} {day:%d.%m.%Y}",
    ]


@st.composite
def minutes(draw: st.DrawFn) -> Written:
    words = draw(st.sampled_from(LANGUAGES))
    day = date(2015, 1, 1) + timedelta(days=draw(st.integers(0, 4500)))
    people = draw(
        st.lists(
            st.tuples(st.sampled_from(FIRST), st.sampled_from(LAST)).map(" ".join), min_size=3, max_size=8, unique=True
        )
    )
    cut = draw(st.integers(2, len(people)))
    form = draw(st.sampled_from(sorted(NUMBERS)))
    first = draw(st.integers(1, 60)) if form not in {"1", "268"} else 1
    titles = draw(st.lists(st.sampled_from(SUBJECTS), min_size=2, max_size=7, unique=True))
    decisions = [draw(st.sampled_from(DECISIONS)) for _title in titles]
    cases = [
        (NUMBERS[form](first + index, day.year), title, decision)
        for index, (title, decision) in enumerate(zip(titles, decisions, strict=True))
    ]
    place = draw(st.sampled_from(("Nordby rådhus", "Teams", "Eksempel sykehus, møterom 3")))
    meant = Meant(day, place, people[:cut], people[cut:], cases)
    head = _head(draw, words, meant)
    layout = draw(st.sampled_from(("prose", "table", "headings", "agenda first")))
    if layout == "table":
        body = ["Saksnr\tSak\tAnsvar"]
        body += [
            f"{number}\t{title}\t" + draw(st.sampled_from(("", "Kari", "Alle"))) + f"\n\t{words.decision}: {decision}\t"
            for number, title, decision in cases
        ]
        return Written(meant, "referat.txt", "\n\n".join(head) + "\n\n" + "\n".join(body) + "\n")
    said = draw(st.sampled_from(("Sak ", "SAK ", "Sak nr. ", "" if form not in {"1", "268"} else "Sak ")))
    between = draw(st.sampled_from((" ", ": ", " – ")))
    if form == "1" and draw(st.booleans()):
        said, between = "", draw(st.sampled_from((". ", ") ")))
    parts = list(head)
    if layout == "agenda first":
        parts += ["Saksliste", "\n".join(f"{said}{number}{between}{title}" for number, title, _decision in cases)]
    for number, title, decision in cases:
        mark = "## " if layout == "headings" else ""
        parts.append(f"{mark}{said}{number}{between}{title}")
        if draw(st.booleans()):
            parts.append(f"{words.talk}:\n{draw(st.sampled_from(TALKS))}")
        elif draw(st.booleans()):
            parts.append(draw(st.sampled_from(TALKS)))
        parts.append(f"{words.decision}: {decision}" if draw(st.booleans()) else f"{words.decision}:\n{decision}")
    return Written(meant, "referat.md" if layout == "headings" else "referat.txt", "\n\n".join(parts) + "\n")


def _head(draw: st.DrawFn, words: Words, meant: Meant) -> list[str]:
    written = draw(st.sampled_from(_dates(meant.day)))
    present = _list(draw, meant.present)
    absent = _list(draw, meant.absent) if meant.absent else "Ingen"
    fields = [
        f"{words.date}: {written} kl. 12.30–15.00",
        f"{words.place}: {meant.place}",
        f"{words.present}: {present}" if "\n" not in present else f"{words.present}:\n{present}",
        f"{words.absent}: {absent}" if "\n" not in absent else f"{words.absent}:\n{absent}",
    ]
    order = draw(st.permutations(range(4)))
    return [f"{words.title} Faglig samarbeidsutvalg (FSU)", *(fields[index] for index in order)]


def _list(draw: st.DrawFn, names: list[str]) -> str:
    match draw(st.sampled_from(("plain", "brackets", "roles", "lines"))):
        case "plain":
            return ", ".join(names)
        case "brackets":
            return ", ".join(f"{name} ({draw(st.sampled_from(PLACES))})" for name in names)
        case "roles":
            return ", ".join(f"{name}, {draw(st.sampled_from(ROLES))}" for name in names)
        case _:
            return "\n".join(
                f"{name}, {draw(st.sampled_from(ROLES))}, {draw(st.sampled_from(PLACES))}" for name in names
            )


def _read(written: Written) -> PaperRead:
    return rules.read(reader.read(written.name, written.text.encode()))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(minutes())
def test_random_minutes_are_read_back(written: Written) -> None:
    read, meant = _read(written), written.meant
    assert not read.refused
    assert read.date == meant.day
    assert read.begins is not None
    assert (read.begins.hour, read.begins.minute) == (12, 30)
    assert read.place == meant.place
    assert [each.name for each in read.present] == meant.present
    assert [each.name for each in read.absent] == meant.absent
    assert [(case.number, case.title, case.decisions) for case in read.cases] == [
        (number, title, [decision]) for number, title, decision in meant.cases
    ]


@settings(max_examples=150, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(0, 5))
def test_a_date_is_found_however_it_is_written(day: date, form: int) -> None:
    found = days.first(f"Møtet var {_dates(day)[form]}.")
    assert found is not None
    assert (found.date, found.year_given, found.fits) == (day, True, True)
