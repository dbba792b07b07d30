"""PDFs drawn letter by letter and line by line, so that a test decides where everything stands (ISO 32000-1)."""

import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 595, 842
LINE = 14.0


class Page:
    """A page of A4. Places are points from the left and from the top."""

    def __init__(self) -> None:
        self.drawn: list[str] = []

    def text(self, x: float, y: float, text: str, size: float = 11, *, bold: bool = False, font: str = "") -> "Page":
        name = font or ("F2" if bold else "F1")
        written = text.encode("cp1252").hex()
        self.drawn.append(f"BT /{name} {size} Tf {x} {HEIGHT - y - size} Td <{written}> Tj ET")
        return self

    def lines(
        self, x: float, y: float, *texts: str, size: float = 11, bold: bool = False, step: float = LINE
    ) -> "Page":
        for at, text in enumerate(texts):
            self.text(x, y + at * step, text, size, bold=bold)
        return self

    def turned(self, x: float, y: float, text: str, size: float) -> "Page":
        """Across the page, as a watermark is."""
        written = text.encode("cp1252").hex()
        self.drawn.append(f"BT /F2 {size} Tf 0.7 0.7 -0.7 0.7 {x} {HEIGHT - y} Tm <{written}> Tj ET")
        return self

    def grid(self, columns: Sequence[float], rows: Sequence[float]) -> "Page":
        """The lines of a table, from column to column and from row to row."""
        for x in columns:
            self.line(x, rows[0], x, rows[-1])
        for y in rows:
            self.line(columns[0], y, columns[-1], y)
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> "Page":
        self.drawn.append(f"{x0} {HEIGHT - y0} m {x1} {HEIGHT - y1} l S")
        return self

    def picture(self) -> "Page":
        self.drawn.append(f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Im1 Do Q")
        return self


def pdf(*pages: Page, trailer: str = "", packed: bytes | None = None) -> bytes:
    """`trailer`: more of it (`/Encrypt`). `packed`: in the place of what is drawn on the first page."""
    objects: list[bytes] = []

    def put(content: bytes | str) -> int:
        objects.append(content.encode() if isinstance(content, str) else content)
        return len(objects)

    def stream(inside: str, data: bytes) -> bytes:
        return f"<< {inside} /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"

    fonts = [
        put(f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>")
        for name in ("Helvetica", "Helvetica-Bold")
    ]
    descends = put(
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Ukjent /DW 500 "
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    # A font whose letters have no names, and which has no list of them.
    fonts.append(
        put(
            "<< /Type /Font /Subtype /Type0 /BaseFont /Ukjent /Encoding /Identity-H "
            f"/DescendantFonts [{descends} 0 R] >>"
        )
    )
    image = put(
        stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8", b"\x80")
    )
    parent = len(objects) + 1 + 2 * len(pages)
    names = " ".join(f"/F{at} {number} 0 R" for at, number in enumerate(fonts, 1))
    kids = []
    for at, page in enumerate(pages):
        data = zlib.compress("\n".join(page.drawn).encode()) if packed is None or at else packed
        drawn = put(stream("/Filter /FlateDecode", data))
        kids.append(
            put(
                f"<< /Type /Page /Parent {parent} 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {drawn} 0 R "
                f"/Resources << /Font << {names} >> /XObject << /Im1 {image} 0 R >> >> >>"
            )
        )
    put(f"<< /Type /Pages /Count {len(kids)} /Kids [{' '.join(f'{kid} 0 R' for kid in kids)}] >>")
    root = put(f"<< /Type /Catalog /Pages {parent} 0 R >>")
    file = b"%PDF-1.5\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (
        file
        + (
            f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root {root} 0 R {trailer} >>\n"
            f"startxref\n{len(file)}\n%%EOF\n"
        ).encode()
    )
