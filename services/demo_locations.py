"""Where the demo market's customers fetch their orders, and how orders reach the others, as data."""

from typing import Any

Locations = tuple[dict[str, Any], ...]


def _locations(country: str, *places: tuple[str, str, str, str, str]) -> Locations:
    """Locations in their order. `places` are (name, address, city, state as it is shown, phone)."""
    fields = ("name", "address", "city", "state", "phone")
    return tuple(
        {**dict(zip(fields, place, strict=True)), "country": country, "position": position}
        for position, place in enumerate(places)
    )


# fmt: off
KASUWA_LOCATIONS = _locations(
    "NG",
    ("Lagos Main Store", "123 Main Street, Lagos", "Lagos", "Lagos", "+2348030000001"),
    ("Abuja Store", "45 Aminu Kano Crescent, Wuse 2, Abuja", "Abuja", "Abuja", "+2348030000002"),
    ("Port Harcourt Store", "7 Aba Road, Port Harcourt", "Port Harcourt", "Port Harcourt", "+2348030000003"),
    ("Kano Store", "18 Zoo Road, Kano", "Kano", "Kano", "+2348030000004"),
)
MAKOLA_LOCATIONS = _locations(
    "GH",
    ("Accra Main Store", "12 Kojo Thompson Road, Accra", "Accra", "Greater Accra", "+233302000001"),
    ("Kumasi Store", "Suame Magazine Road, Kumasi", "Kumasi", "Ashanti", "+233322000002"),
    ("Takoradi Store", "3 Kokompe Road, Takoradi", "Takoradi", "Western", "+233312000003"),
    ("Tamale Store", "9 Hospital Road, Tamale", "Tamale", "Northern", "+233372000004"),
)
# fmt: on
# Nobody chooses these by themselves: a line of one names the location, or the carrier and its price.
HANDING_OVER: tuple[dict[str, Any], ...] = (
    {
        "code": "pickup",
        "name": "Pickup",
        "description": "You fetch it at the shop.",
        "kind": "pickup",
        "price_minor": 0,
        "position": 90,
    },
    {
        "code": "carrier",
        "name": "Delivery",
        "description": "A carrier brings it to your door.",
        "kind": "carrier",
        "price_minor": 0,
        "position": 91,
    },
)
