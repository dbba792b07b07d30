"""Word documents part by part, as Word writes them, so that a test can have in them what no library writes."""

import io
import zipfile
from collections.abc import Mapping

_XMLNS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_ROOTS = {
    "styles": "styles",
    "numbering": "numbering",
    "footnotes": "footnotes",
    "endnotes": "endnotes",
    "comments": "comments",
    "header1": "hdr",
    "footer1": "ftr",
}


def docx(body: str, *, main: str = "document.main", **parts: str) -> bytes:
    """`body`, and each of `parts` (`styles`, `numbering`, `footnotes`, `comments`, `header1`): what stands in it."""
    section = "".join(
        f'<w:{each[:-1]}Reference w:type="default" r:id="{each}"/>' for each in ("header1", "footer1") if each in parts
    )
    document = f"<w:body>{body}<w:sectPr>{section}</w:sectPr></w:body>"
    written = {f"word/{name}.xml": _root(_ROOTS[name], inside) for name, inside in parts.items()}
    relations = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{name.rstrip("1")}" Target="{name}.xml"/>' for name in parts
    )
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPE}.{name.rstrip("1")}+xml"/>' for name in parts
    )
    return package(
        {
            "[Content_Types].xml": _DECLARATION
            + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.{main}+xml"/>{types}</Types>',
            "_rels/.rels": _relations(
                f'<Relationship Id="rId1" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
            ),
            "word/document.xml": _root("document", document),
            "word/_rels/document.xml.rels": _relations(relations),
            **written,
        }
    )


def package(parts: Mapping[str, str | bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def changed(content: bytes, **parts: bytes) -> bytes:
    """The package with some of its parts replaced; `__` in a name is a slash, and `_xml` its ending."""
    names = {name.replace("__", "/").removesuffix("_xml") + ".xml": xml for name, xml in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as found:
        return package({name: names.get(name, found.read(name)) for name in found.namelist()})


def _root(name: str, inside: str) -> str:
    return f"{_DECLARATION}<w:{name} {_XMLNS}>{inside}</w:{name}>"


def _relations(inside: str) -> str:
    return (
        f'{_DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{inside}</Relationships>"
    )


# --- pieces ------------------------------------------------------------------------------------------------


def r(text: str, properties: str = "") -> str:
    """A run."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs: str, style: str = "", number: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph of runs; one that is no XML is text. `number`: list and level. `more`: of its properties."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number is not None:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    inside = "".join(each if each.startswith("<") else r(each) for each in runs)
    return f"<w:p><w:pPr>{properties}{more}</w:pPr>{inside}</w:p>"


def tc(*blocks: str, properties: str = "") -> str:
    """A cell; what is no XML is a paragraph."""
    inside = "".join(each if each.startswith("<") else p(each) for each in blocks or ("",))
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inside}</w:tc>"


def tr(*cells: str, properties: str = "") -> str:
    inside = "".join(each if each.startswith("<") else tc(each) for each in cells)
    return f"<w:tr><w:trPr>{properties}</w:trPr>{inside}</w:tr>"


def tbl(*rows: str) -> str:
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{''.join(rows)}</w:tbl>"


def ins(*inside: str) -> str:
    return f'<w:ins w:id="1" w:author="Eksempel Leder">{"".join(inside)}</w:ins>'


def deleted(text: str) -> str:
    return f'<w:del w:id="2" w:author="Eksempel Leder"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def sdt(*inside: str, properties: str = "") -> str:
    """A content control."""
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{''.join(inside)}</w:sdtContent></w:sdt>"


def field(asked: str, shown: str) -> str:
    """A field that is written in pieces."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f"<w:r><w:instrText> {asked} </w:instrText></w:r>"
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{r(shown)}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def text_box(*blocks: str, above: bool = False) -> str:
    """As Word writes one: twice, the second time for older programs."""
    inside = f"<w:txbxContent>{''.join(blocks)}</w:txbxContent>"
    place = (
        f'<wp:positionV relativeFrom="paragraph"><wp:posOffset>{-900 if above else 900}</wp:posOffset></wp:positionV>'
    )
    return (
        "<w:r><mc:AlternateContent>"
        f'<mc:Choice Requires="wps"><w:drawing><wp:anchor>{place}<wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp>'
        "</wp:anchor></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def numbering(*lists: str, numbers: str) -> str:
    """`lists`: what stands in each `w:abstractNum`, which are numbered from 0. `numbers`: the `w:num`s."""
    return (
        "".join(f'<w:abstractNum w:abstractNumId="{at}">{inside}</w:abstractNum>' for at, inside in enumerate(lists))
        + numbers
    )


def level(at: int, form: str, text: str, *, start: int = 1, more: str = "") -> str:
    inside = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{at}">{inside}</w:lvl>'


def num(name: int, counted_in: int, overrides: str = "") -> str:
    return f'<w:num w:numId="{name}"><w:abstractNumId w:val="{counted_in}"/>{overrides}</w:num>'
