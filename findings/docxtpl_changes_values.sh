#!/usr/bin/env bash
# Guessed: with `autoescape=True` docxtpl puts a value into a Word file as it is, wherever its name stands.
# Seen (docxtpl 0.20.2): the file's own properties are templates too, and there `&` is escaped once too often, so that
# «Pleie & mat» is read as «Pleie &amp; mat» among the properties; and in the text `{_{` in a value comes out as `{{`.
# For the product: handlers/writing/template fills the text, headers and footers itself, leaves the properties alone, and
# opens what it has made again.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check docxtpl==0.20.2 python-docx==1.2.0
cat > "$folder/try.py" <<'PY'
import io

from docx import Document
from docxtpl import DocxTemplate

document = Document()
document.core_properties.subject = "{{ theme }}"
document.add_paragraph("{{ theme }}")
file = io.BytesIO()
document.save(file)
file.seek(0)
template = DocxTemplate(file)
template.render({"theme": "Pleie & mat {_{ x }}"}, autoescape=True)
made = io.BytesIO()
template.save(made)
made.seek(0)
read = Document(made)
print("properties: %s; text: %s" % (read.core_properties.subject, read.paragraphs[0].text))
PY
seen=$("$folder/venv/bin/python" "$folder/try.py")
echo "$seen"
expected="properties: Pleie &amp; mat {_{ x }}; text: Pleie & mat {{ x }}"
[ "$seen" = "$expected" ] || { echo "changed: expected «$expected»"; exit 1; }
