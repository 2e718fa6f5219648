"""The sections of the contract, in its order."""

from api.rest import (
    bill_purchases,
    bill_records,
    bills,
    cards,
    carts,
    checkout,
    customers,
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
    cards.section,
    bills.section,
    bill_purchases.section,
    bill_records.section,
    wishlist.section,
    transactions.section,
]
