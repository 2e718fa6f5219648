"""What docs/xorder-api.md prints is true: its requests are valid, and its tables are the ones that are used."""

import re
from pathlib import Path

from graphql import parse, validate

from api.xorder.filters import FIELDS, PAYMENT_FIELDS
from services.orders.statuses import STATUSES
from services.planned_payments.starting import ACTIONS
from tests.xorder.contract import served

GUIDE = (Path(__file__).parents[2] / "docs" / "xorder-api.md").read_text(encoding="utf-8")


def requests() -> list[str]:
    section = GUIDE.split("## An order in ten requests")[1]
    return re.findall(r"^ *ask \"\$(?:AMA|DESK)\" '(.*?)'", section, re.DOTALL | re.MULTILINE)


def test_every_request_is_valid() -> None:
    asked = requests()
    assert len(asked) == 10
    schema = served()
    assert [error.message for text in asked for error in validate(schema, parse(text))] == []


def test_every_field_of_a_filter_and_every_status_is_told() -> None:
    for name in {*FIELDS, *PAYMENT_FIELDS}:
        assert f"`{name}`" in GUIDE, name
    for status in STATUSES:
        assert f"\n| {status} |" in GUIDE, status
    for action in set(ACTIONS.values()):
        assert f"`{action}`" in GUIDE, action
