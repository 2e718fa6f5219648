"""The twin's three carriers, and what each asks: the same for the same weight, value and way, always."""

from dataclasses import dataclass

# A naira in subunits is what a rate is reckoned in; a cedi is a hundred naira here.
SUBUNITS_OF = {"NGN": 1, "GHS": 100}
INSURED_FREE_MINOR = 5_000_000


@dataclass(frozen=True, slots=True)
class Carrier:
    """Fees in kobo: to begin with, for each kilogram and for each kilometre between two states."""

    name: str
    slug: str
    reference: str
    description: str
    first: int
    per_kg: int
    per_km: int
    delivery_time: str
    eta_minutes: int
    pickup_time: str
    pickup_minutes: int


CARRIERS = (
    Carrier(
        name="Terminal Express",
        slug="terminal-express",
        reference="CA-ZLN8GIFB8EX1Z653",
        description="Express Shipping",
        first=350_000,
        per_kg=60_000,
        per_km=450,
        delivery_time="Within 3-5 days",
        eta_minutes=7200,
        pickup_time="Within 1 day",
        pickup_minutes=1440,
    ),
    Carrier(
        name="Terminal Standard",
        slug="terminal-standard",
        reference="CA-4BWTMDHQKXZNP7J2",
        description="Standard Delivery",
        first=250_000,
        per_kg=40_000,
        per_km=300,
        delivery_time="Within 5-7 days",
        eta_minutes=10_080,
        pickup_time="Within 2 days",
        pickup_minutes=2880,
    ),
    Carrier(
        name="Terminal Premium",
        slug="terminal-premium",
        reference="CA-VO8R8JDFOBTGOP91",
        description="Premium Delivery",
        first=550_000,
        per_kg=80_000,
        per_km=700,
        delivery_time="Within 1-2 days",
        eta_minutes=2880,
        pickup_time="Within 2 hours",
        pickup_minutes=120,
    ),
)
BY_SLUG = {carrier.slug: carrier for carrier in CARRIERS}


def fee_minor(carrier: Carrier, *, grams: int, kobo: int, km: int, currency: str) -> int:
    """What a carrier asks, in subunits of `currency`: weight, way, and half a percent of a value above 50,000 naira."""
    fee = carrier.first + carrier.per_kg * grams // 1000 + carrier.per_km * km
    fee += max(0, kobo - INSURED_FREE_MINOR) // 200
    return -(-fee // SUBUNITS_OF[currency])
