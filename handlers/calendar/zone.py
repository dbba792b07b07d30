"""The time zone (tidssone) that the partnership's people live in: what is stored is UTC, what they read is local."""

from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Europe/Oslo")
