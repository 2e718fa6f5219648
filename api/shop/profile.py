"""What customers say of themselves: name, number, and addresses."""

from typing import Any

from api.graphql.ids import parse_id
from api.shop.context import ShopContext
from api.shop.entering import await_code
from api.vendure.address_mapping import kept_address_shape, read_kept_address
from api.vendure.mapping import Shape, customer_shape, user_shape
from services.accounts.addresses import (
    add_address,
    addresses_of,
    forget_address,
    manage_address,
    update_address,
)
from services.accounts.contact_change import start_contact_change
from services.accounts.profile import ProfileChanges, update_profile

Args = dict[str, Any]


async def update_customer(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = args["input"]
    changes = ProfileChanges(
        title=given.get("title"),
        first_name=given.get("firstName"),
        last_name=given.get("lastName"),
        phone=given.get("phoneNumber"),
        places=given.get("customFields"),
    )
    return customer_shape(await update_profile(context.scope, await context.customer_id(), changes))


async def change_contact(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = args["input"]
    customer, challenge = await start_contact_change(
        context.scope,
        await context.customer_id(),
        current=given["currentContact"],
        new=given["newContact"],
        password=given["password"],
    )
    await await_code(context, challenge)
    return user_shape(customer)


async def addresses_of_customer(parent: Shape, _: Args, context: ShopContext, __: Any) -> list[Shape] | None:
    """One's own; a customer is shown to nobody else here."""
    customer_id = (await context.visitor()).customer_id
    if customer_id is None or str(customer_id) != parent["id"]:
        return None
    return [kept_address_shape(context, each) for each in await addresses_of(context.scope, customer_id)]


async def create_address(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    given = read_kept_address(args["input"])
    return kept_address_shape(context, await add_address(context.scope, await context.customer_id(), given))


async def change_address(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    changes = read_kept_address(args["input"])
    changed = await update_address(
        context.scope, await context.customer_id(), parse_id(args["input"]["id"]), changes
    )
    return kept_address_shape(context, changed)


async def delete_address(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    await forget_address(context.scope, await context.customer_id(), parse_id(args["id"]))
    return {"success": True}


async def manage(_: Any, args: Args, context: ShopContext, __: Any) -> Shape:
    customer_id = await context.customer_id()
    address = await manage_address(context.scope, customer_id, args["input"])
    return {
        "id": str(customer_id),
        "addressTitle": address.title,
        "addressCity": address.city,
        "addressStreet": address.street or None,
        "addressGPS": address.gps or None,
        "address": kept_address_shape(context, address),
    }


RESOLVERS = {
    "Customer.addresses": addresses_of_customer,
    "Mutation.updateCustomer": update_customer,
    "Mutation.changeContact": change_contact,
    "Mutation.createCustomerAddress": create_address,
    "Mutation.updateCustomerAddress": change_address,
    "Mutation.deleteCustomerAddress": delete_address,
    "Mutation.manageAddress": manage,
}
