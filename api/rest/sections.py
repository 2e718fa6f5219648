"""The sections of the contract, in its order."""

from api.rest import cards, carts, checkout, customers, profiles

SECTIONS = [
    customers.section,
    profiles.section,
    carts.section,
    checkout.section,
    cards.section,
]
