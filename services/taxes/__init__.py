"""Taxes: what prices contain, by the kinds of goods."""

from services.taxes.rates import (
    RATE_OF_VARIANT,
    TaxRateView,
    create_tax_category,
    create_tax_rate,
    delete_tax_rate,
    list_tax_rates,
    rate_of,
    tax_variant,
    update_tax_rate,
)

__all__ = [
    "RATE_OF_VARIANT",
    "TaxRateView",
    "create_tax_category",
    "create_tax_rate",
    "delete_tax_rate",
    "list_tax_rates",
    "rate_of",
    "tax_variant",
    "update_tax_rate",
]
