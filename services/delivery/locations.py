"""Pickup locations: where customers fetch orders, and carriers parcels."""

from uuid import UUID

from core.errors import NotFound
from models import PickupLocation
from services.delivery.regions import state_for
from services.tenants import Scope

NOT_FOUND = "Pickup location not found"


async def active_locations(scope: Scope, *, state: str | None = None) -> list[PickupLocation]:
    """The platform's locations in their order; of one state, whose name may be in any case, where given."""
    found = PickupLocation.filter(platform_id=scope.platform_id, environment=scope.environment, active=True)
    if state is not None:
        found = found.filter(state__iexact=state.strip())
    return await found.order_by("position", "id")


async def location_states(scope: Scope) -> list[str]:
    """The states that have a location, each once, in the locations' order."""
    return list(dict.fromkeys(location.state for location in await active_locations(scope)))


async def location_near(scope: Scope, town: str) -> PickupLocation:
    """The location in the state of a town, else the first. Raises `NotFound` where there is none."""
    found = await active_locations(scope)
    if not found:
        raise NotFound(NOT_FOUND, field="storeLocationId")
    state = state_for(scope.country, town)
    return next((each for each in found if state_for(each.country, each.state) == state), found[0])


async def get_location(scope: Scope, uid: UUID) -> PickupLocation:
    """An active location of the platform. Raises `NotFound`."""
    found = await PickupLocation.get_or_none(
        uid=uid, platform_id=scope.platform_id, environment=scope.environment, active=True
    )
    if found is None:
        raise NotFound(NOT_FOUND, field="storeLocationId")
    return found
