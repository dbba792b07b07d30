"""Writes the convocation that stands in `docs/meetings/` as an example, and a picture of it:

    python -m tests.meetings.convocation.example

The picture takes LibreOffice and poppler. A test compares the document with what this makes.
"""

import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from handlers.meetings.convocation.fields import KIND
from handlers.writing.template.filling import fill

FILE = Path(__file__).parents[3] / "docs" / "meetings" / "innkalling.docx"
_AT = datetime(2026, 5, 21, 8, 0, tzinfo=UTC)
_EMPTY = {**dict.fromkeys(KIND.row_fields("saker"), ""), "typer": []}


def make() -> bytes:
    values = KIND.examples()
    cases = [
        *values["saker"][:2],
        {
            **_EMPTY,
            "nummer": "2/2026",
            "typer": ["Orientering"],
            "tema": "Handlingsplan for samarbeidet",
            "hensikt": "Status for tiltakene:\n– felles opplæring\n– elektroniske meldinger\n– fagdag til høsten",
            "ansvar": "Eksempel Leder, Nordre Eksempel kommune",
            "klokkeslett": "13.15",
        },
        {
            **values["saker"][2],
            "nummer": "3/2026",
            "klokkeslett": "13.45",
            "konklusjon": "Møteplanen godkjennes.",
        },
        {**_EMPTY, "tema": "Eventuelt", "klokkeslett": "14.15"},
        {**_EMPTY, "tema": "Evaluering av møtet", "klokkeslett": "14.25"},
    ]
    return fill(KIND.default(), {**values, "saker": cases}, title=values["tema"], at=_AT)


def picture(document: Path, into: Path) -> None:
    """The first page of the document, as PNG."""
    with tempfile.TemporaryDirectory() as folder:
        own = f"-env:UserInstallation=file://{folder}/office"
        convert = ["soffice", own, "--headless", "--convert-to", "pdf", "--outdir", folder, str(document)]
        subprocess.run(convert, check=True, timeout=120, capture_output=True)
        pdf = str(Path(folder) / f"{document.stem}.pdf")
        shown = ["pdftoppm", "-r", "70", "-png", "-singlefile", pdf, str(into.with_suffix(""))]
        subprocess.run(shown, check=True, timeout=60)


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_bytes(make())
    picture(FILE, FILE.with_suffix(".png"))
    sys.stdout.write(f"{FILE}\n")
