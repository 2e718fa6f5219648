"""The door and its OpenAPI document say the same: every operation is called as it allows, and as it doesn't."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import orjson
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import APIOperation, Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core import NOT_SET
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from api.rest.openapi import EXAMPLES, document
from api.rest.sections import SECTIONS
from tests.conftest import World
from tests.rest.hands import KASUWA_KEY, Rest
from tests.rest.known import Known, somebody_in_the_middle_of_things

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Random calls of each operation; by hand, more than a run of the suite has time for.
CALLS = int(os.environ.get("MAKOLA_SCHEMA_CALLS", "3"))
# What the document shows of fields, for which there are better values here.
SAMPLES = (
    "550e8400-e29b-41d4-a716-446655440000",
    "john.doe@example.com",
    "+2348012345678",
    "1234",
    199.98,
    1,
)
ENDPOINTS = {f"{each.method} {each.path}": each for section in SECTIONS for each in section.endpoints}
# What no call brings about alone: these want a code or token from a message, or something bought before.
NEEDS_MORE = {
    "DELETE /api/billspayment/beneficiaries/{id}",
    "GET /api/billspayment/purchases/{reference}",
    "GET /api/customer/transaction/orders/{id}/delivery",
    "POST /api/billspayment/purchases/{reference}/resend-token",
    "POST /api/billspayment/repeat-last",
    "POST /api/customer/reset-password",
    "POST /api/customer/verify-email",
    "POST /api/customer/verify-forgot-password-otp",
    "POST /api/customerprofile/reset-transaction-pin/{token}",
    "POST /api/customerprofile/verify-forgot-transaction-pin-otp",
    "POST /api/transaction/verify-transaction",
}

Statuses = Counter[tuple[str, int]]


async def test_every_operation_answers_as_the_document_says(world: World) -> None:
    # Kasuwa Demo sells everything that can be sold.
    async with Rest(world, KASUWA_KEY) as app:
        schema = schemathesis.openapi.from_dict(document())
        schema.config.generation.with_security_parameters = False
        failures: list[str] = []
        statuses = Statuses()
        for number, found in enumerate(schema.get_all_operations()):
            operation = found.ok()
            # Each has a customer of its own, so that a locked PIN or a new password stays where it was made.
            known = await somebody_in_the_middle_of_things(app, number)
            calls = Calls(operation, app, known, statuses)
            try:
                await asyncio.to_thread(calls.make)
            except (Failure, FailureGroup) as trouble:
                failures += [
                    f"{operation.label}: {each}" for each in getattr(trouble, "exceptions", [trouble])
                ]
        assert not failures, "\n\n".join(failures)
        never = ENDPOINTS.keys() - {label for label, status in statuses if status < 300}
        assert never <= NEEDS_MORE, "nothing here makes these succeed"


def test_the_document_is_openapi() -> None:
    wrong = [f"{list(each.instance_path)}: {each}" for each in OPENAPI_31_VALIDATOR.iter_errors(document())]
    assert wrong == []


@pytest.mark.parametrize("where", EXAMPLES)
def test_each_example_fits_its_endpoint(where: str) -> None:
    for example in EXAMPLES[where].values():
        ENDPOINTS[where].inputs["body"].model_validate_json(orjson.dumps(example))


class Calls:
    """Calls of one operation: the contract's, those at and beyond each limit of the document, and random ones."""

    def __init__(self, operation: APIOperation, app: Rest, known: Known, statuses: Statuses) -> None:
        self.operation, self.known, self.statuses = operation, known, statuses
        self.base_url = app.world.settings.base_url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update({"x-api-key": app.key, "Authorization": f"Bearer {app.token}"})

    def make(self) -> None:
        with self.session:
            for case in self.of_the_contract():
                self.call(case, self.known.put_into)
            for case in self.at_the_limits():
                self.call(case, partial(self.known.put_into, instead_of=SAMPLES))
            self.at_random()

    def of_the_contract(self) -> Iterator[Case]:
        """With what is needed, by its name, and each body as in the contract."""
        known = self.known.of(self.operation.path)
        path = {each.name: known.get(each.name, "x") for each in self.operation.path_parameters}
        query = {each.name: known.get(each.name, "x") for each in self.operation.query if each.is_required}
        for body in EXAMPLES.get(self.operation.label, {}).values() or [NOT_SET]:
            parts = {"path_parameters": dict(path), "query": dict(query), "body": body}
            yield self.operation.Case(**parts, media_type="application/json")

    def at_the_limits(self) -> Iterator[Case]:
        schema = self.operation.schema
        for mode in GenerationMode:
            yield from (
                case
                for case in schema.iter_coverage_cases(
                    self.operation, generation_modes=[mode], generation_config=schema.config.generation
                )
                if case.method == self.operation.method.upper()
            )

    def at_random(self) -> None:
        allowed, forbidden = (self.operation.as_strategy(mode) for mode in GenerationMode)

        @given(allowed | forbidden, st.booleans())
        @settings(
            max_examples=CALLS,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        )
        def make(case: Case, meant: bool) -> None:
            self.call(case, self.known.put_into if meant else None)

        make()

    def call(self, case: Case, tell: Callable[[Any, str], Any] | None) -> None:
        if tell:
            case.body = tell(case.body, case.path)
            case.path_parameters = tell(case.path_parameters, case.path)
            case.query = tell(case.query, case.path)
        if case.headers.get("Idempotency-Key") in SAMPLES:
            case.headers["Idempotency-Key"] = f"call-{self.statuses.total()}"
        answer = case.call_and_validate(self.base_url, self.session, checks=CHECKS)
        self.statuses[self.operation.label, answer.status_code] += 1
