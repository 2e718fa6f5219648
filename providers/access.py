"""What every provider's client can do besides its work: show that its credentials are good, without any effect."""

from typing import Protocol


class Account(Protocol):
    """An account at a provider."""

    async def prove(self) -> None:
        """Ask something harmless that needs the credentials. Raises `ProviderRefused` and `ProviderUnknown`."""
        ...
