"""All pages of the desk, in the order of the navigation. A module that has pages is named here, and nowhere else."""

from api.desk import (
    account,
    api_keys,
    audit,
    customers,
    finance,
    imports,
    inbox,
    order,
    orders,
    people,
    product,
    products,
    reconciling,
    sellers,
    shelves,
    shop_settings,
    stock,
    today,
    webhooks,
    wordings,
)
from api.desk.pages import Page

_MODULES = (
    today,
    orders,
    order,
    customers,
    inbox,
    products,
    product,
    shelves,
    stock,
    imports,
    finance,
    reconciling,
    sellers,
    people,
    audit,
    account,
    shop_settings,
    api_keys,
    webhooks,
    wordings,
)

PAGES: list[Page] = [page for module in _MODULES for page in module.pages.all]
