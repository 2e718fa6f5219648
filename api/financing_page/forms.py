"""What a customer typed, read into what the services take; amounts as people write them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar, cast
from uuid import UUID

from core.errors import DomainError, InvalidInput, NotFound
from core.money import read_amount
from services.accounts.emails import checked_email
from services.financing.applying import Wish
from services.financing.details import Applicant, Place
from services.tenants import Scope

Form = Mapping[str, str]
Value = TypeVar("Value")
Kind = Literal["loan", "lease"]

# Which field of the page a refusal is about.
FIELDS = {
    "firstName": "first_name", "customer.firstName": "first_name",
    "lastName": "last_name", "customer.lastName": "last_name",
    "cellPhone": "phone", "customer.cellPhone": "phone",
    "emailAddress": "email", "customer.emailAddress": "email",
    "customer.billingAddress.line1": "line1", "customer.billingAddress.city": "city",
    "monthlyIncome": "income", "amount": "amount", "taxIDLast4": "tax_id", "consent": "consent", "type": "kind",
    "information": "information",
}  # fmt: skip
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Troubles:
    """What is wrong: of the fields, and besides."""

    of_fields: Mapping[str, str]
    besides: tuple[str, ...]


def troubles_of(error: DomainError) -> Troubles:
    """A refusal, field by field."""
    problems = error.problems if isinstance(error, InvalidInput) and error.problems else ()
    known: dict[str, str] = {}
    besides: list[str] = []
    for field, message in problems or [(error.field, error.message)]:
        if field in FIELDS:
            known.setdefault(FIELDS[field], message)
        else:
            besides.append(message)
    return Troubles(known, tuple(besides))


def read_kind(form: Form) -> Kind:
    """Raises `InvalidInput` where neither is chosen."""
    if (kind := form.get("kind")) not in ("loan", "lease"):
        raise InvalidInput("Choose how to pay.", field="type")
    return cast(Kind, kind)


def read_application(form: Form, scope: Scope) -> tuple[Wish, Applicant]:
    """What is applied for, and by whom. Raises `InvalidInput` with all that can't be read."""
    problems: list[tuple[str, str]] = []

    def read(do: Callable[[], Value], otherwise: Value) -> Value:
        try:
            return do()
        except InvalidInput as error:
            problems.append((error.field, error.message))
            return otherwise

    kind: Kind = read(lambda: read_kind(form), "loan")
    income = read(lambda: _amount(form, "income", scope.currency, "monthlyIncome"), 0)
    amount = read(lambda: _amount(form, "amount", scope.currency, "amount"), 0) if "amount" in form else None
    email = text(form, "email")
    email = read(lambda: checked_email(email), "") if email else ""
    if problems:
        raise InvalidInput(problems=problems)
    wish = Wish(kind, "consent" in form, income, amount, text(form, "tax_id"))
    place = Place(line1=text(form, "line1"), city=text(form, "city"))
    applicant = Applicant(
        text(form, "first_name"),
        text(form, "last_name"),
        email,
        text(form, "phone"),
        billing=place if place != Place() else None,
    )
    return wish, applicant


def read_offer(form: Form) -> UUID:
    """Raises `NotFound`."""
    try:
        return UUID(form.get("offer", ""))
    except ValueError:
        raise NotFound("Choose one of the offers.", field="offer") from None


def text(form: Form, name: str) -> str:
    """One line, bounded."""
    return "".join(c for c in " ".join(form.get(name, "").split()) if c.isprintable())[:LONGEST]


def _amount(form: Form, name: str, currency: str, field: str) -> int:
    plain = text(form, name).replace(",", "").replace(" ", "").removeprefix(currency)
    if not plain:
        raise InvalidInput("This is needed.", field=field)
    return read_amount(plain, currency, field)
