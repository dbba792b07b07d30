"""The examples in `docs/deviations`: the picture, and the yearly report with its pages as pictures.

    python -m tests.deviations.examples

The figures are made up. The pages need `soffice` and `pdftoppm`.
"""

import subprocess
import tempfile
from pathlib import Path

from handlers.deviations.learning import picture, report
from handlers.deviations.learning.numbers import Figures
from tests.deviations.figures import figures
from tests.deviations.seed import oslo

FOLDER = Path(__file__).parents[2] / "docs" / "deviations"
TO_HOSPITAL = (9, 14, 11, 17, 12, 8, 2, 10, 19, 22, 27, 23)
TO_MUNICIPALITY = (0, 1, 0, 2, 0, 3, 0, 1, 4, 6, 5, 7)


def example() -> Figures:
    """A year in which one side reports and the other begins to."""
    to_hospital, to_municipality, fixed = (
        {f"2025-{month:02}": number for month, number in enumerate(numbers, 1)}
        for numbers in (TO_HOSPITAL, TO_MUNICIPALITY, (4, 6, 5, 7, 3, 4, 2, 6, 9, 8, 11, 10))
    )
    return figures("2025", to_hospital, to_municipality, fixed=fixed)


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = example()
    (FOLDER / "tall.png").write_bytes(picture.draw(found))
    names = report.Names("Faglig samarbeidsutvalg", "Strategisk samarbeidsutvalg")
    document = FOLDER / "arsmelding.docx"
    document.write_bytes(report.draw(found, names, oslo(2026, 1, 15)))
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(document)],
            check=True,
            capture_output=True,
        )
        pages = str(FOLDER / "arsmelding-side")
        subprocess.run(["pdftoppm", "-r", "70", "-png", f"{folder}/arsmelding.pdf", pages], check=True)


if __name__ == "__main__":
    main()
