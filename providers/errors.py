"""The two ways in which a provider call fails: a definite no, and not knowing."""


class ProviderRefused(Exception):
    """The provider said no, or the request never left this machine: nothing has happened outside.

    `code` is the provider's own (or `unreachable`, `rate_limited`, `http_<status>`), `message` its words.
    `retryable` is true where the same request may be accepted later.
    """

    def __init__(self, code: str, message: str, *, retryable: bool = False) -> None:
        self.code = code
        self.message = message
        self.retryable = retryable
        super().__init__(f"{code}: {message}")


class ProviderUnknown(Exception):
    """No usable answer after the request may have been sent: it may or may not have been done. Ask again later."""
