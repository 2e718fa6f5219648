"""The terms on which the demo market sells its dearest parts: groups of purchase options, as data."""

from typing import Any

from services.purchase_options.inputs import GroupInput, OptionInput, PolicyInput
from services.purchase_options.views import Assignment

# (what a merchant says, how it is assigned, the tags or the products' slugs)
DemoGroup = tuple[GroupInput, Assignment, tuple[str, ...]]


def _option(description: str, percentage: float, **more: Any) -> OptionInput:
    return OptionInput(
        description=description, policy=PolicyInput("PERCENTAGE", percentage=percentage, **more)
    )


MAKOLA_OPTIONS: tuple[DemoGroup, ...] = (
    (
        GroupInput(
            merchant_code="turbo-deposit",
            line_item_descriptor="Deposit on turbochargers",
            to_create=[
                _option("Pay 30% now, the rest in 14 days", 30, due_after="P14D"),
                _option("Pay 50% now, the rest in 30 days", 50, due_after="P30D"),
            ],
        ),
        "TAGS",
        ("turbo",),
    ),
    (
        GroupInput(
            merchant_code="gearbox-deposit",
            line_item_descriptor="Deposit on gearboxes",
            to_create=[
                OptionInput(
                    description="Pay GHS 2,000 now, the rest in 60 days",
                    policy=PolicyInput("PRICE", fixed_value="2000.00", due_after="P60D"),
                ),
                _option("Pay in full", 100),
            ],
        ),
        "PRODUCTS",
        (
            "honda-accord-automatic-gearbox",
            "toyota-camry-automatic-gearbox",
            "toyota-corolla-automatic-gearbox",
        ),
    ),
)
