"""The set verbs, as they are written and as they are recognised."""

import pytest

from handlers.meetings.minutes.verbs import VERBS, sentence, verb_of
from handlers.meetings.minutes.write import conclusions_in
from handlers.writing.language import LANGUAGES, speaking


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Innkalling og dagsorden godkjennes.", "approved"),
        ("Referatet frå møtet blir godkjent.", "approved"),
        ("Referatet godkjennes med referatført endring.", "approved_with_change"),
        ("Samrøystes godkjent.", "approved_unanimously"),
        ("Mandatet godkjennes enstemmig.", "approved_unanimously"),
        ("Lederen ble valgt og godkjent ved akklamasjon.", "approved_by_acclamation"),
        ("Utvalget tar saken til orientering, og slutter seg til forslaget.", "information"),
        ("Saka vert teken til orientering.", "information"),
        ("Samarbeidsutvalet tek saka til vitande.", "noted"),
        ("Saken tas til etterretning.", "noted"),
        ("Utvalget tilslutter seg mandatet.", "joined"),
        ("Saken utsettes til neste møte.", "postponed"),
        ("Saken oversendes partnerskapsmøtet.", "forwarded"),
        ("Saken sendes tilbake til arbeidsutvalget.", "sent_back"),
        ("Utvalet tilrår at kommunane sluttar seg til avtalen.", "recommended"),
        ("Forslaget avvises.", "rejected"),
        ("Referatet underkjennes.", "refused"),
        ("Referatet godkjennes ikke.", ""),
        ("Prosjektlederen inviteres til neste møte.", ""),
    ],
)
def test_a_verb_is_recognised_in_bokmal_and_nynorsk(text: str, verb: str) -> None:
    assert verb_of(text) == verb


@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != "en"])
@pytest.mark.parametrize("key", VERBS)
def test_what_is_written_with_a_verb_is_recognised_as_it(key: str, language: str) -> None:
    with speaking(language):
        assert verb_of(sentence(key, "Felles opplæring")) == key


def test_what_is_to_be_approved_stands_in_the_sentence() -> None:
    with speaking("nb"):
        assert sentence("approved", "Godkjenning av innkalling og dagsorden.") == "Innkalling og dagsorden godkjennes."
        assert sentence("approved", "Godkjenne referatet") == "Referatet godkjennes."
        assert sentence("approved", "Felles opplæring") == "Saken godkjennes."


def test_conclusions_are_one_on_each_line() -> None:
    text = "1. Den første.\n\n 2) Den andre  her.\n- Den tredje\n• 24 plasser settes av.\n2027 blir prøveår."
    assert conclusions_in(text) == [
        "Den første.",
        "Den andre her.",
        "Den tredje",
        "24 plasser settes av.",
        "2027 blir prøveår.",
    ]
