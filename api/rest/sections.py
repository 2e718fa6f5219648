"""The sections of the contract, in its order."""

from api.rest import carts, customers, profiles

SECTIONS = [
    customers.section,
    profiles.section,
    carts.section,
]
