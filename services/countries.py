"""Where a shop delivers: its own country, since its ways of delivery and their prices are made for that."""

from services.tenants import Scope


def countries_of(scope: Scope) -> list[str]:
    """Codes (ISO-2)."""
    return [scope.country]
