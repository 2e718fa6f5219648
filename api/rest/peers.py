"""How often one client address may call: a limit for the calls that cost work before anybody has proven anything."""

from api.rest.calls import Call
from api.rest.endpoints import Endpoint
from core.limits import count_try

WITHIN_S = 900


async def count_call(endpoint: Endpoint, call: Call) -> None:
    """Raises `TooManyTries` past the endpoint's `most_per_address` in fifteen minutes."""
    if endpoint.most_per_address and call.peer:
        what = f"address:{call.scope.platform_id}:{call.scope.environment}:{endpoint.name}:{call.peer}"
        await count_try(what, most=endpoint.most_per_address, within_s=WITHIN_S)
