"""The sections of the contract, in its order, and what was added after them."""

from api.rest import (
    balances,
    bill_purchases,
    bill_records,
    bills,
    cards,
    carts,
    checkout,
    customers,
    delivery,
    locations,
    parcels,
    products,
    profiles,
    transactions,
    wishlist,
)

SECTIONS = [
    customers.section,
    profiles.section,
    products.section,
    carts.section,
    checkout.section,
    delivery.section,
    locations.section,
    cards.section,
    bills.section,
    bill_purchases.section,
    bill_records.section,
    wishlist.section,
    transactions.section,
    parcels.section,
    balances.section,
]
