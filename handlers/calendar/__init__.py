"""Time: the clock, local days, dates as people write and read them, the days that have names."""
