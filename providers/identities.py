"""Who somebody is at a provider of identities: what all of them have in common."""

from dataclasses import dataclass
from typing import Literal, Protocol

ProviderName = Literal["google", "apple"]


@dataclass(frozen=True, slots=True)
class Identity:
    """A person at a provider. `subject` is theirs for ever and is nobody else's there; an address is `verified` where
    the provider says that they read it, and empty where it isn't told.
    """

    provider: ProviderName
    subject: str
    email: str = ""
    verified: bool = False
    first_name: str = ""
    last_name: str = ""


class IdentityProvider(Protocol):
    """Tells who an ID token was made out for."""

    async def identify(self, token: str, nonce: str | None = None) -> Identity:
        """Who signed in at the provider, for one of our apps, and not too long ago.

        `nonce` is what the app made up for this one sign-in; where it is given, the token must carry it. Raises
        `ProviderRefused("invalid_token")` for a token that isn't good, and what a call raises where the provider's keys
        can't be had.
        """
        ...

    async def close(self) -> None: ...
