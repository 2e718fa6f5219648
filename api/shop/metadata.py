"""What an app sends along to pay with: read alike wherever something is paid."""

from typing import Any

from core.errors import InvalidInput

# What a payment method may be given, and the name of the services' argument for it.
METADATA = {"pin": "pin", "phone": "phone", "network": "network", "callbackUrl": "callback_url"}


def read_metadata(metadata: Any) -> dict[str, Any]:
    """What the methods understand; anything else an app sends along is left alone. Raises `InvalidInput`."""
    if not isinstance(metadata, dict):
        raise InvalidInput("metadata is an object.", field="metadata")
    known = {ours: metadata[name] for name, ours in METADATA.items() if metadata.get(name) is not None}
    for name, value in known.items():
        if not isinstance(value, str):
            raise InvalidInput("This is a string.", field=name)
    return known
