"""What the stand-ins for Teams need."""

from tests.teams.conftest import certificate, keys

__all__ = ["certificate", "keys"]
