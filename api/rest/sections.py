"""The sections of the contract, in its order."""

from api.rest import carts

SECTIONS = [
    carts.section,
]
