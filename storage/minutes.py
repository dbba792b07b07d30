"""Minutes of meetings, and every event in their life."""

from storage.history import History
from storage.tables import MinutesEvent

HISTORY = History(MinutesEvent, "minutes_id")
