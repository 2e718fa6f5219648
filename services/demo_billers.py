"""Whom the demo market pays bills to: names, numbers, providers' codes and limits, as data."""

from typing import Any

Billers = tuple[dict[str, Any], ...]


def _billers(kind: str, provider: str, first: int, least: int, most: int, *names: tuple[str, str]) -> Billers:
    """Billers of a kind, numbered from `first`; limits in major units. `names` are (name, provider's code)."""
    return tuple(
        {
            "kind": kind,
            "number": first + position,
            "name": name,
            "slug": name.lower(),
            "provider": provider,
            "service": service,
            "least_minor": least * 100,
            "most_minor": most * 100,
        }
        for position, (name, service) in enumerate(names)
    )


# fmt: off
KASUWA_BILLERS: Billers = (
    *_billers(
        "airtime", "vtpass", 1, 50, 50_000,
        ("MTN", "mtn"), ("Glo", "glo"), ("Airtel", "airtel"), ("9mobile", "etisalat"),
    ),
    *_billers(
        "data", "vtpass", 101, 50, 50_000,
        ("MTNData", "mtn-data"), ("GloData", "glo-data"), ("AirtelData", "airtel-data"),
        ("9mobileData", "etisalat-data"),
    ),
    *_billers(
        "electricity", "vtpass", 201, 100, 100_000,
        ("EKEDC", "eko-electric"), ("IKEDC", "ikeja-electric"), ("EEDC", "enugu-electric"),
        ("KAEDCO", "kaduna-electric"), ("KEDCO", "kano-electric"), ("AEDC", "abuja-electric"),
        ("PHED", "portharcourt-electric"), ("JEDC", "jos-electric"), ("BEDC", "benin-electric"),
        ("YEDC", "yola-electric"),
    ),
    *_billers(
        "cable", "vtpass", 301, 500, 100_000,
        ("DSTV", "dstv"), ("GOTV", "gotv"), ("Startimes", "startimes"), ("Showmax", "showmax"),
    ),
)
MAKOLA_BILLERS: Billers = _billers(
    "airtime", "africastalking", 1, 1, 2_000, ("MTN", "mtn"), ("Telecel", "telecel"), ("AT", "at")
)
# fmt: on
