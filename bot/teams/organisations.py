"""Which of the Teams apps in the settings is which organisation's."""

from collections.abc import Sequence

from config.teams_apps import ANY_TENANT, TeamsApp
from storage.tenants import Owned


def app_of(tenant: str, apps: Sequence[TeamsApp]) -> TeamsApp | None:
    """The app that serves this tenant: its own, or one that serves any."""
    own = [app for app in apps if app.tenant_id.lower() == tenant.lower()]
    everybody = [app for app in apps if app.tenant_id == ANY_TENANT]
    return next(iter([*own, *everybody]), None)


def owner_of(app: TeamsApp, owned: Sequence[Owned]) -> Owned | None:
    """The organisation whose tenant the app is for."""
    return next((each for each in owned if each.tenant and each.tenant.lower() == app.tenant_id.lower()), None)


def package_name(key: str, number: int = 1) -> str:
    """What an organisation's package is called. `number`: which of its tenants it is for."""
    return f"teams-{key}.zip" if number == 1 else f"teams-{key}-{number}.zip"
