"""The states of Nigeria and the regions of Ghana, with towns that tell which one is meant."""

import re

# fmt: off
# The first town is the one that is meant where only the state is named.
REGIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "NG": {
        "Abia": ("Umuahia", "Aba"),
        "Abuja": ("Abuja", "FCT", "Federal Capital Territory", "Garki", "Wuse", "Maitama", "Gwarinpa", "Asokoro"),
        "Adamawa": ("Yola", "Mubi"),
        "Akwa Ibom": ("Uyo", "Eket"),
        "Anambra": ("Awka", "Onitsha", "Nnewi"),
        "Bauchi": ("Bauchi",),
        "Bayelsa": ("Yenagoa",),
        "Benue": ("Makurdi", "Gboko"),
        "Borno": ("Maiduguri",),
        "Cross River": ("Calabar", "Ogoja"),
        "Delta": ("Asaba", "Warri", "Sapele", "Ughelli"),
        "Ebonyi": ("Abakaliki",),
        "Edo": ("Benin City", "Auchi", "Ekpoma"),
        "Ekiti": ("Ado Ekiti", "Ikere"),
        "Enugu": ("Enugu", "Nsukka"),
        "Gombe": ("Gombe",),
        "Imo": ("Owerri", "Orlu", "Okigwe"),
        "Jigawa": ("Dutse", "Hadejia"),
        "Kaduna": ("Kaduna", "Zaria", "Kafanchan"),
        "Kano": ("Kano",),
        "Katsina": ("Katsina", "Funtua", "Daura"),
        "Kebbi": ("Birnin Kebbi",),
        "Kogi": ("Lokoja", "Okene"),
        "Kwara": ("Ilorin", "Offa"),
        "Lagos": ("Lagos", "Ikeja", "Lekki", "Victoria Island", "Surulere", "Yaba", "Ikorodu", "Badagry", "Epe"),
        "Nasarawa": ("Lafia", "Keffi"),
        "Niger": ("Minna", "Bida", "Suleja"),
        "Ogun": ("Abeokuta", "Sagamu", "Ota", "Ijebu Ode"),
        "Ondo": ("Akure", "Owo"),
        "Osun": ("Osogbo", "Ile Ife", "Ilesa"),
        "Oyo": ("Ibadan", "Ogbomoso"),
        "Plateau": ("Jos", "Bukuru"),
        "Rivers": ("Port Harcourt", "Bonny", "Obio Akpor"),
        "Sokoto": ("Sokoto",),
        "Taraba": ("Jalingo", "Wukari"),
        "Yobe": ("Damaturu", "Potiskum"),
        "Zamfara": ("Gusau",),
    },
    "GH": {
        "Ahafo": ("Goaso",),
        "Ashanti": ("Kumasi", "Obuasi", "Ejisu", "Mampong"),
        "Bono": ("Sunyani", "Berekum"),
        "Bono East": ("Techiman", "Kintampo"),
        "Central": ("Cape Coast", "Kasoa", "Winneba"),
        "Eastern": ("Koforidua", "Nkawkaw", "Nsawam"),
        "Greater Accra": ("Accra", "Tema", "Madina", "East Legon", "Ashaiman", "Teshie", "Dansoman", "Osu"),
        "North East": ("Nalerigu",),
        "Northern": ("Tamale", "Yendi"),
        "Oti": ("Dambai",),
        "Savannah": ("Damongo",),
        "Upper East": ("Bolgatanga", "Bawku", "Navrongo"),
        "Upper West": ("Wa",),
        "Volta": ("Ho", "Keta", "Aflao"),
        "Western": ("Takoradi", "Sekondi", "Tarkwa"),
        "Western North": ("Sefwi Wiawso",),
    },
}
# fmt: on


def plain(name: str) -> str:
    """A name as it is compared: "Cross-River State" is `cross river`."""
    words = re.sub(r"[\s.\-]+", " ", name).strip().casefold()
    return re.sub(r" (state|region)$", "", words)


_STATES = {country: {plain(state): state for state in states} for country, states in REGIONS.items()}
_TOWNS = {
    country: {plain(town): (state, town) for state, towns in states.items() for town in towns}
    for country, states in REGIONS.items()
}


def state_named(country: str, name: str) -> str | None:
    """The state of that name."""
    return _STATES.get(country, {}).get(plain(name))


def state_of_town(country: str, name: str) -> str | None:
    """The state in which a town lies."""
    found = _TOWNS.get(country, {}).get(plain(name))
    return found[0] if found else None


def main_town(country: str, state: str) -> str:
    """The town that a state's bare name means; the name itself where the state isn't known."""
    towns = REGIONS.get(country, {}).get(state)
    return towns[0] if towns else state


def state_for(country: str, name: str) -> str:
    """The state that a name means, be it a state's or a town's; the name itself where neither is known."""
    return state_named(country, name) or state_of_town(country, name) or name
