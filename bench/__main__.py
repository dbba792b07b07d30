"""`python -m bench`: every measurement, one after the other; fails at the end if one missed its target."""

import subprocess
import sys

MEASUREMENTS = (
    "slack_ack",
    "slack_sak",
    "installations",
    "submission",
    "deliveries",
    "teams_step",
    "startup",
    "deviation_numbers",
    "convocation",
    "plan",
    "import_papers",
    "identity_guard",
    "ticks",
    "reminders",
    "search",
    "feed",
    "home",
    "threads",
    "memory",
)
LONGEST_SECONDS = 600


def main() -> None:
    missed = []
    for name in MEASUREMENTS:
        print(f"\n=== {name}", flush=True)
        done = subprocess.run([sys.executable, "-m", f"bench.{name}"], timeout=LONGEST_SECONDS, check=False)
        if done.returncode:
            missed.append(name)
    if missed:
        sys.exit(f"\nmissed: {', '.join(missed)}")


if __name__ == "__main__":
    main()
