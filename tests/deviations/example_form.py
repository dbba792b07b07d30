"""The example in `docs/deviations` of the form on paper, with its sheets as pictures.

    python -m tests.deviations.example_form

All in it is made up. The sheets need `soffice` and `pdftoppm`.
"""

import subprocess
import tempfile
from datetime import UTC, date, datetime, time
from pathlib import Path

from handlers.deviations.handling.printable import Filled, draw
from storage.deviations import Report, Reporter
from storage.tables import Deviation, DeviationStatus, Unit

FOLDER = Path(__file__).parents[2] / "docs" / "deviations"
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def example() -> Filled:
    deviation = Deviation(
        id=7,
        draft_id="",
        reference="AVV-2026-0007",
        year=2026,
        number_in_year=7,
        direction="to_municipality",
        reporter_id=1,
        reporter_organisation_id=1,
        unit_id=2,
        organisation_id=2,
        service="home_care",
        happened_on=date(2026, 11, 23),
        happened_clock=time(14, 30),
        description=(
            "Pasienten ble meldt utskrivningsklar, men meldingen ble ikke besvart før neste dag. "
            "Hjelpemidlene var ikke på plass da pasienten kom hjem.\n\n"
            "Pårørende ringte avdelingen samme kveld."
        ),
        immediate_measures="Avdelingen ringte vakttelefonen og avtalte besøk samme kveld.",
        consequence="minor",
        near_miss=False,
        prevention="En fast person som ser på meldingene hver time på dagtid.",
        consent="asked",
        status=DeviationStatus.SENT,
        month="2026-11",
        created_at=NOW,
        changed_at=NOW,
        sent_at=NOW,
        due_at=datetime(2026, 12, 15, 15, 0, tzinfo=UTC),
    )
    unit = Unit(id=2, organisation_id=2, key="homecare", name="Hjemmetjenesten øst", service="home_care")
    reporter = Reporter(
        1, "Eksempel Sykepleier", "nb", "Eksempel sykehus", "Medisinsk avdeling", left=False, guest=False
    )
    report = Report(deviation, unit, "Nordre Eksempel kommune", reporter, None, ("logistics", "equipment"))
    return Filled(report, "sykepleier@example.org", "Eksempel Leder")


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    made = FOLDER / "skjema.docx"
    made.write_bytes(draw(example(), NOW))
    with tempfile.TemporaryDirectory() as folder:
        convert = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(made)]
        subprocess.run(convert, check=True, capture_output=True)
        pages = ["pdftoppm", "-r", "80", "-png", f"{folder}/skjema.pdf", str(FOLDER / "skjema-side")]
        subprocess.run(pages, check=True)


if __name__ == "__main__":
    main()
