#!/usr/bin/env bash
# Guessed: openpyxl's `iter_rows` over a sheet of a dozen cells takes no time, wherever the cells stand.
# Seen (openpyxl 3.1.5): unless the workbook is opened with `read_only=True`, each empty cell between them is made and
# kept as it is passed. One cell at the bottom of a sheet (somebody pressed Ctrl+End and typed) makes millions: minutes,
# and hundreds of megabytes. Read-only, with `reset_dimensions()`, the same rows cost nothing; but then merged cells and
# hidden rows are not told.
# For the product: handlers/papers/reading/sheets.py opens workbooks read-only, and looks for merged and hidden cells in
# the sheet's own XML.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openpyxl==3.1.5
cat > "$folder/try.py" <<'PY'
import io
import tracemalloc

from openpyxl import Workbook, load_workbook

book = Workbook()
sheet = book.worksheets[0]
sheet["A1"], sheet["T20000"] = "FSU", "25/1"
file = io.BytesIO()
book.save(file)
for read_only in (False, True):
    read = load_workbook(io.BytesIO(file.getvalue()), read_only=read_only).worksheets[0]
    if read_only:
        read.reset_dimensions()
    tracemalloc.start()
    found = sum(cell.value is not None for row in read.iter_rows() for cell in row)
    kept = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print("read_only=%s: %d cells, more than 10 MB: %s" % (read_only, found, kept > 10))
PY
seen=$("$folder/venv/bin/python" "$folder/try.py")
echo "$seen"
expected="read_only=False: 2 cells, more than 10 MB: True
read_only=True: 2 cells, more than 10 MB: False"
[ "$seen" = "$expected" ] || { echo "changed: expected «$expected»"; exit 1; }
