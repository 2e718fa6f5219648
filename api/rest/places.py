"""Addresses as one line."""

from collections.abc import Mapping
from typing import Any

from babel import Locale

COUNTRIES = Locale("en").territories
PARTS = ("street", "street2", "city", "region", "postal_code")


def one_line(address: Mapping[str, Any] | None) -> str | None:
    """An order's address as a person writes it, no part of it twice: `123 Main Street, Lagos, Nigeria`."""
    if not address:
        return None
    parts = [str(address[part]) for part in PARTS if address.get(part)]
    if country := str(address.get("country") or ""):
        parts.append(COUNTRIES.get(country.upper(), country))
    once: dict[str, str] = {}
    for part in parts:
        once.setdefault(part.strip().casefold(), part)
    return ", ".join(once.values()) or None
