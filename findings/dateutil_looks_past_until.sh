#!/usr/bin/env bash
# Guessed: a recurrence rule with UNTIL is looked through no further than UNTIL.
# Seen (python-dateutil 2.9.0.post0): UNTIL is held against days that fit the rule, so where none does (30 February) it is
# looked for until the year 9999, by whoever asks for the first one: ten seconds for a daily rule of one line in an .ics.
# With a day that comes, the same rule stops at UNTIL at once.
# For the product: handlers/papers/reading/calendar.py takes no rules by which nobody meets, and gives up after two in vain.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3.11 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check python-dateutil==2.9.0.post0
cat > "$folder/try.py" <<'PY'
import time
from datetime import datetime

from dateutil.rrule import rrulestr

took = {}
for day in (28, 30):
    rule = "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=%d;UNTIL=20270101T000000" % day
    begins = time.process_time()
    found = len(list(rrulestr(rule, dtstart=datetime(2026, 1, 1))))
    took[day] = time.process_time() - begins
    print("BYMONTHDAY=%d: %d found" % (day, found))
print("the one that never comes takes more than a hundred times as long: %s" % (took[30] > 100 * took[28]))
PY
seen=$("$folder/venv/bin/python" "$folder/try.py")
echo "$seen"
expected="BYMONTHDAY=28: 1 found
BYMONTHDAY=30: 0 found
the one that never comes takes more than a hundred times as long: True"
[ "$seen" = "$expected" ] || { echo "changed: expected «$expected»"; exit 1; }
