"""What a shop's country settles: where it delivers, and what its clocks show."""

from datetime import timedelta, timezone

from services.tenants import Scope

# Hours from UTC. These countries know no summer time, so the zone needs no tables of the machine's.
ZONES = {
    "GH": 0, "CI": 0, "SN": 0, "ML": 0, "BF": 0, "TG": 0, "GM": 0, "GN": 0, "SL": 0, "LR": 0,
    "NG": 1, "BJ": 1, "NE": 1, "CM": 1, "GA": 1, "AO": 1, "CG": 1, "TD": 1,
    "ZA": 2, "ZM": 2, "ZW": 2, "BW": 2, "MW": 2, "MZ": 2, "RW": 2,
    "KE": 3, "UG": 3, "TZ": 3, "ET": 3,
}  # fmt: skip


def countries_of(scope: Scope) -> list[str]:
    """Codes (ISO-2) of where it delivers: its own country, since its ways of delivery and their prices are made for that."""
    return [scope.country]


def zone_of(scope: Scope) -> timezone:
    """What the shop's clocks show; UTC for a country that isn't listed."""
    return timezone(timedelta(hours=ZONES.get(scope.country, 0)))
