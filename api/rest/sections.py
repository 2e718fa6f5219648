"""The sections of the contract, in its order."""

from api.rest import cards, carts, checkout, customers, products, profiles, wishlist

SECTIONS = [
    customers.section,
    profiles.section,
    products.section,
    carts.section,
    checkout.section,
    cards.section,
    wishlist.section,
]
