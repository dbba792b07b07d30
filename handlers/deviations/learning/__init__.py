"""Learning from deviations: numbers, patterns, the yearly report and exports."""
