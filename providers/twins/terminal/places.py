"""Where the states of Nigeria and the regions of Ghana lie, roughly, so that a longer way costs more."""

import math
import re

from providers.twins.store import Document

EARTH_KM = 6371
Point = tuple[float, float]

# Latitude and longitude of a state's main town.
STATES: dict[str, dict[str, Point]] = {
    "NG": {
        "abia": (5.5, 7.5),
        "adamawa": (9.2, 12.5),
        "akwa ibom": (5.0, 7.9),
        "anambra": (6.2, 7.1),
        "bauchi": (10.3, 9.8),
        "bayelsa": (4.9, 6.3),
        "benue": (7.7, 8.5),
        "borno": (11.8, 13.2),
        "cross river": (5.0, 8.3),
        "delta": (6.2, 6.7),
        "ebonyi": (6.3, 8.1),
        "edo": (6.3, 5.6),
        "ekiti": (7.6, 5.2),
        "enugu": (6.4, 7.5),
        "abuja": (9.1, 7.5),
        "gombe": (10.3, 11.2),
        "imo": (5.5, 7.0),
        "jigawa": (11.8, 9.3),
        "kaduna": (10.5, 7.4),
        "kano": (12.0, 8.5),
        "katsina": (13.0, 7.6),
        "kebbi": (12.5, 4.2),
        "kogi": (7.8, 6.7),
        "kwara": (8.5, 4.5),
        "lagos": (6.5, 3.4),
        "nasarawa": (8.5, 8.5),
        "niger": (9.6, 6.6),
        "ogun": (7.2, 3.3),
        "ondo": (7.3, 5.2),
        "osun": (7.8, 4.6),
        "oyo": (7.4, 3.9),
        "plateau": (9.9, 8.9),
        "rivers": (4.8, 7.0),
        "sokoto": (13.1, 5.2),
        "taraba": (8.9, 11.4),
        "yobe": (11.7, 11.9),
        "zamfara": (12.2, 6.7),
    },
    "GH": {
        "ahafo": (6.8, -2.5),
        "ashanti": (6.7, -1.6),
        "bono": (7.3, -2.3),
        "bono east": (7.6, -1.9),
        "central": (5.1, -1.2),
        "eastern": (6.1, -0.3),
        "greater accra": (5.6, -0.2),
        "north east": (10.5, -0.4),
        "northern": (9.4, -0.8),
        "oti": (8.1, 0.2),
        "savannah": (9.1, -1.8),
        "upper east": (10.8, -0.9),
        "upper west": (10.1, -2.5),
        "volta": (6.6, 0.5),
        "western": (4.9, -1.8),
        "western north": (6.2, -2.5),
    },
}
ALIASES = {
    "fct": "abuja",
    "federal capital territory": "abuja",
    "accra": "greater accra",
    "kumasi": "ashanti",
}
# Where nobody can say which state it is: the middle of the country.
MIDDLE: dict[str, Point] = {"NG": (9.1, 7.5), "GH": (7.6, -1.9)}


def known_state(country: str, state: str) -> bool:
    """Whether it is a state of the country, as far as the twin knows the country at all."""
    return country not in STATES or _plain(state) in STATES[country]


def point(country: str, state: str) -> Point | None:
    """Where a state lies; None for a country that no carrier of the twin serves."""
    if country not in STATES:
        return None
    return STATES[country].get(_plain(state), MIDDLE[country])


def placed(address: Document) -> Document:
    """An address with its coordinates."""
    lat, lng = point(address["country"], address["state"]) or (0.0, 0.0)
    return address | {"coordinates": {"lat": lat, "lng": lng}}


def distance_km(one: Point, other: Point) -> int:
    """As the crow flies; the same for the way back."""
    (lat_a, lng_a), (lat_b, lng_b) = [(math.radians(lat), math.radians(lng)) for lat, lng in (one, other)]
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lng_b - lng_a) / 2) ** 2
    return round(2 * EARTH_KM * math.asin(math.sqrt(half)))


def _plain(state: str) -> str:
    name = re.sub(r"[\s-]+", " ", state.strip().lower()).removesuffix(" state").removesuffix(" region")
    return ALIASES.get(name, name)
