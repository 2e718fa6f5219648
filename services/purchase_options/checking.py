"""The rules of terms and groups. Everything that is wrong is found, each with the path of its field in the input.

The rules are those that merchants know from selling plans (shopify.dev, SellingPlanGroupInput), on which the contract
sits; the paths are the contract's (PurchaseOptionGroupInput).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from core.clock import now
from core.errors import InvalidInput
from core.money import read_amount
from services.purchase_options.inputs import GroupInput, OptionInput, PolicyInput
from services.purchase_options.terms import MILLION, read_duration
from services.purchase_options.views import Trigger
from services.tenants import Scope

# The path of a field, dotted, and a sentence.
Problems = list[tuple[str, str]]

GROUP = "purchaseOptionGroupInput"
CREATE, UPDATE, DELETE = (f"{GROUP}.purchaseOptionsTo{what}" for what in ("Create", "Update", "Delete"))
LONGEST_NAME = 120
LONGEST_DESCRIPTION = 160
MOST_OPTIONS = 20
PPM_PER_PERCENT = MILLION // 100
EXACT_TIME, TIME_AFTER = "remainingBalanceChargeExactTime", "remainingBalanceChargeTimeAfterCheckout"
TRIGGER = "remainingBalanceChargeTrigger"
# The field that says when, for each trigger.
WHEN: dict[Trigger, str] = {
    "ExactTime": EXACT_TIME,
    "TimeAfterCheckout": TIME_AFTER,
    "NoRemainingBalance": "",
}


@dataclass(frozen=True, slots=True)
class Terms:
    """Checked terms as they are stored: a share in millionths or minor units a piece, and when the rest is due."""

    charge_ppm: int | None
    charge_minor: int | None
    trigger: Trigger
    due_at: datetime | None
    due_after: str


@dataclass(frozen=True, slots=True)
class Change:
    """A checked option: what it is to say, where that is to change."""

    description: str | None
    terms: Terms | None


def check_names(given: GroupInput, problems: Problems, *, new: bool) -> tuple[str | None, str | None]:
    """The group's merchantCode and lineItemDescriptor; None where one stays as it is."""
    code = check_text(given.merchant_code, f"{GROUP}.merchantCode", LONGEST_NAME, problems, required=new)
    descriptor = check_text(
        given.line_item_descriptor, f"{GROUP}.lineItemDescriptor", LONGEST_NAME, problems, required=new
    )
    return code, descriptor


def check_text(given: str | None, at: str, longest: int, problems: Problems, *, required: bool) -> str | None:
    """One line without blanks around it; None where nothing is given."""
    if given is None:
        if required:
            problems.append((at, "This can't be left out."))
        return None
    text = given.strip()
    if not (0 < len(text) <= longest and text.isprintable()):
        problems.append((at, f"This has 1 to {longest} printable characters."))
    return text


def check_new_options(scope: Scope, given: list[OptionInput], problems: Problems) -> list[Change]:
    """Options to be added. One that isn't right is among the problems."""
    changes = []
    for i, option in enumerate(given[: MOST_OPTIONS + 1]):
        at = f"{CREATE}.{i}"
        if option.id is not None:
            problems.append((f"{at}.id", "A new option is given its id."))
        if option.policy is None:
            problems.append((f"{at}.billingPolicy", "This can't be left out."))
        changes.append(check_option(scope, option, at, problems, new=True))
    return changes


def check_option(scope: Scope, option: OptionInput, at: str, problems: Problems, *, new: bool) -> Change:
    """What an option is to say."""
    description = check_text(
        option.description, f"{at}.description", LONGEST_DESCRIPTION, problems, required=new
    )
    terms = _terms(scope, option.policy, f"{at}.billingPolicy", problems) if option.policy else None
    return Change(description, terms)


def check_count(count: int, at: str, problems: Problems) -> None:
    """A group is left with at least one way to buy, and not with too many to choose from."""
    if not 1 <= count <= MOST_OPTIONS:
        problems.append((at, f"A group has 1 to {MOST_OPTIONS} purchase options."))


def _terms(scope: Scope, policy: PolicyInput, at: str, problems: Problems) -> Terms | None:
    known = len(problems)
    ppm, minor = _charge(scope, policy, f"{at}.checkoutCharge.value", problems)
    charge_known = len(problems) == known
    trigger = policy.trigger or _inferred(policy, ppm)
    if trigger is None:
        problems.append((f"{at}.{TRIGGER}", "Say when the remaining balance is charged."))
        return None
    if charge_known and (trigger == "NoRemainingBalance") != (ppm == MILLION):
        problems.append(
            (f"{at}.{TRIGGER}", "NoRemainingBalance goes with a checkout charge of 100 percent and no other.")
        )
    due_at = policy.due_at.astimezone(UTC) if policy.due_at else None
    due_after = None if policy.due_after is None else read_duration(policy.due_after.strip())
    for name, given in ((EXACT_TIME, policy.due_at), (TIME_AFTER, policy.due_after)):
        if name != WHEN[trigger] and given is not None:
            problems.append((f"{at}.{name}", f"{trigger} goes without it."))
    if trigger == "ExactTime" and (due_at is None or due_at <= now()):
        problems.append((f"{at}.{EXACT_TIME}", "ExactTime needs a time that is still to come."))
    if trigger == "TimeAfterCheckout" and due_after is None:
        problems.append(
            (
                f"{at}.{TIME_AFTER}",
                "TimeAfterCheckout needs an ISO 8601 duration of up to five years, like P14D.",
            )
        )
    return Terms(ppm, minor, trigger, due_at, due_after or "")


def _charge(scope: Scope, policy: PolicyInput, at: str, problems: Problems) -> tuple[int | None, int | None]:
    """The share in millionths or the amount in minor units; (None, None) with a problem."""
    wanted, other = (
        ("percentage", "fixedValue") if policy.charge_type == "PERCENTAGE" else ("fixedValue", "percentage")
    )
    values = {"percentage": policy.percentage, "fixedValue": policy.fixed_value}
    if values[other] is not None:
        problems.append((f"{at}.{other}", f"{policy.charge_type} goes without it."))
    if values[wanted] is None:
        problems.append((f"{at}.{wanted}", f"{policy.charge_type} needs it."))
    elif policy.charge_type == "PERCENTAGE":
        return _share(policy.percentage or 0.0, f"{at}.percentage", problems), None
    else:
        return None, _amount(scope, policy.fixed_value or "", f"{at}.fixedValue", problems)
    return None, None


def _share(percentage: float, at: str, problems: Problems) -> int | None:
    if not 0 <= percentage <= 100:
        problems.append((at, "A percentage is from 0 to 100."))
        return None
    exact = Decimal(str(percentage)) * PPM_PER_PERCENT
    if exact != exact.to_integral_value():
        problems.append((at, "A percentage has at most 4 decimals."))
        return None
    return int(exact)


def _amount(scope: Scope, text: str, at: str, problems: Problems) -> int | None:
    try:
        return read_amount(text, scope.currency, at)
    except InvalidInput as error:
        problems.append((at, error.message))
        return None


def _inferred(policy: PolicyInput, ppm: int | None) -> Trigger | None:
    """The trigger that is meant where none is said and only one can be."""
    match (policy.due_at is not None, policy.due_after is not None):
        case (True, False):
            return "ExactTime"
        case (False, True):
            return "TimeAfterCheckout"
        case (False, False) if ppm == MILLION:
            return "NoRemainingBalance"
    return None
