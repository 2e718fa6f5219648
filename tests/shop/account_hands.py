"""Hands for the stories of accounts: operations as Vendure's storefronts write them, and the mails that they send."""

import re
from typing import Any

from tests.conftest import World
from tests.shop.conftest import Phone

EMAIL = "ama@example.com"
ERROR = "... on ErrorResult { errorCode message }"
REGISTER = (
    f"mutation($i: RegisterCustomerInput!) {{ registerCustomerAccount(input: $i) {{ __typename {ERROR} }} }}"
)
VERIFY = (
    "mutation($t: String!, $p: String) { verifyCustomerAccount(token: $t, password: $p) "
    f"{{ __typename ... on CurrentUser {{ id identifier }} {ERROR} }} }}"
)
REFRESH = (
    f"mutation($e: String!) {{ refreshCustomerVerification(emailAddress: $e) {{ __typename {ERROR} }} }}"
)
LOGIN = (
    "mutation($u: String!, $p: String!, $r: Boolean) { login(username: $u, password: $p, rememberMe: $r) "
    f"{{ __typename ... on CurrentUser {{ id identifier channels {{ code token permissions }} }} {ERROR} "
    "... on InvalidCredentialsError { authenticationError } } }"
)
FORGOT = f"mutation($e: String!) {{ requestPasswordReset(emailAddress: $e) {{ __typename {ERROR} }} }}"
RESET = (
    "mutation($t: String!, $p: String!) { resetPassword(token: $t, password: $p) "
    f"{{ __typename ... on CurrentUser {{ identifier }} {ERROR} "
    "... on PasswordValidationError { validationErrorMessage } } }"
)
PASSWORD = (
    "mutation($c: String!, $n: String!) { updateCustomerPassword(currentPassword: $c, newPassword: $n) "
    f"{{ __typename {ERROR} }} }}"
)
NEW_ADDRESS = (
    "mutation($p: String!, $e: String!) { requestUpdateCustomerEmailAddress(password: $p, newEmailAddress: $e) "
    f"{{ __typename {ERROR} }} }}"
)
CONFIRM_ADDRESS = (
    f"mutation($t: String!) {{ updateCustomerEmailAddress(token: $t) {{ __typename {ERROR} }} }}"
)
AUTHENTICATE = (
    "mutation($i: AuthenticationInput!) { authenticate(input: $i) "
    f"{{ __typename ... on CurrentUser {{ id identifier }} {ERROR} }} }}"
)
ME = "{ me { id identifier channels { code permissions } } }"


async def answer(phone: Phone, query: str, **variables: Any) -> dict[str, Any]:
    """What the one field of an operation answers."""
    (found,) = (await phone.ask(query, **variables)).values()
    assert isinstance(found, dict)
    return found


async def kind(phone: Phone, query: str, **variables: Any) -> str:
    """The type that the one field of an operation answers with."""
    name: str = (await answer(phone, query, **variables))["__typename"]
    return name


async def mails(world: World, to: str) -> list[str]:
    """What was mailed to an address, newest first."""
    await world.drain()
    return [each["text"] for each in await world.outbox(to)]


async def token_for(world: World, to: str) -> str:
    """The token that was last mailed to an address."""
    found = re.search(r"\b[0-9a-f]{64}\b", (await mails(world, to))[0])
    assert found is not None
    return found[0]


async def registered(
    phone: Phone, world: World, email: str = EMAIL, password: str = "a-good-password"
) -> None:
    """An account by e-mail, verified; the phone is signed in to it."""
    given = {"emailAddress": email, "password": password, "firstName": "Ama", "lastName": "Mensah"}
    assert await kind(phone, REGISTER, i=given) == "Success"
    assert await kind(phone, VERIFY, t=await token_for(world, email)) == "CurrentUser"


def signed_out(phone: Phone) -> Phone:
    """The same app, which has forgotten who it was."""
    phone.session.cookie_jar.clear()
    phone.headers.clear()
    return phone
