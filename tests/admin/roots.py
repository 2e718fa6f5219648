"""Every root field of the admin API, called as the schema says it can be, with ids of whatever a test wants to name."""

import itertools
from dataclasses import dataclass
from typing import Any

from api.admin.door import admin_engine

Types = dict[str, dict[str, Any]]

_KIND = "kind name ofType { kind name ofType { kind name ofType { kind name } } }"
_INTROSPECTION = f"""{{ __schema {{ types {{ name kind fields {{ name args {{ name type {{ {_KIND} }} }} type {{ {_KIND} }} }}
  inputFields {{ name type {{ {_KIND} }} }} enumValues {{ name }} }} }} }}"""
# What a value must look like beyond its type, by the name of its field.
_SPECIAL: dict[str, Any] = {
    "roleIds": ["4"],
    "password": "a-new-secret",
    "state": "Shipped",
    "code": "manual-fulfillment",
    "languageCode": "en",
    "amount": 1,
}
_SCALARS: dict[str, Any] = {
    "String": "x", "Int": 1, "Float": 1.0, "Boolean": False, "Money": 1, "JSON": {}, "Upload": None,
}  # fmt: skip
# Whose row an argument names; `id` and `ids` are of the noun that the root is about.
_NOUNS = {
    "orderId": "customer_order",
    "orderLineId": "order_line",
    "paymentId": "payment",
    "productId": "product",
    "collectionId": "category",
    "parentId": "category",
    "featuredAssetId": "asset",
    "assetIds": "asset",
    "assetId": "asset",
    "sellerId": "seller",
    "facetId": "facet",
    "facetValueIds": "facet_value",
    "optionGroupId": "option_group",
    "productOptionGroupId": "option_group",
    "optionIds": "option",
    "taxCategoryId": "tax_category",
    "categoryId": "tax_category",
    "endpointId": "webhook_endpoint",
    "organizationId": "organization",
    "customerId": "customer",
    "propertyId": "dynamic_property",
}
# Ids that are the place's own, and name nobody's row.
_OWN = {"stockLocationId": "1", "zoneId": "1"}
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Call:
    """An operation of one root field; `named` are the nouns whose ids it sends."""

    root: str
    document: str
    variables: dict[str, Any]
    named: tuple[str, ...]


async def types_of_admin() -> Types:
    engine = await admin_engine()
    answer = await engine.run(_INTROSPECTION, None, {}, None)
    return {each["name"]: each for each in answer["data"]["__schema"]["types"]}


def roots(types: Types) -> list[str]:
    return [f"{kind}.{field['name']}" for kind in ("Query", "Mutation") for field in types[kind]["fields"]]


def call(types: Types, root: str, noun: str, ids: dict[str, int], optional: str | None = None) -> Call:
    """The root with what it needs, and of its inputs' optional fields the one that is named."""
    kind, _, name = root.partition(".")
    field = next(each for each in types[kind]["fields"] if each["name"] == name)
    writer = _Writer(types, noun, ids, optional)
    given = {
        each["name"]: writer.value(each["name"], each["type"])
        for each in field["args"]
        if each["type"]["kind"] == "NON_NULL" or each["name"] in ("id", "input")
    }
    declared = ", ".join(
        f"${each['name']}: {_written(each['type'])}" for each in field["args"] if each["name"] in given
    )
    passed = ", ".join(f"{each}: ${each}" for each in given)
    document = (
        f"{kind.lower()}{f'({declared})' if declared else ''} {{ {name}{f'({passed})' if passed else ''} "
        f"{_selection(types, field['type'])} }}"
    )
    return Call(root, document, given, tuple(writer.named))


def optional_ids(types: Types, root: str) -> list[str]:
    """The fields of a root's inputs that may name a row, and need not."""
    kind, _, name = root.partition(".")
    field = next(each for each in types[kind]["fields"] if each["name"] == name)
    found: list[str] = []

    def look(type_: dict[str, Any]) -> None:
        of = types[_named(type_)]
        for each in (of["inputFields"] or ()) if of["kind"] == "INPUT_OBJECT" else ():
            if each["name"] in _NOUNS and each["type"]["kind"] != "NON_NULL":
                found.append(each["name"])
            look(each["type"])

    for each in field["args"]:
        if each["name"] == "input":
            look(each["type"])
    return found


class _Writer:
    def __init__(self, types: Types, noun: str, ids: dict[str, int], optional: str | None) -> None:
        self.types, self.noun, self.ids, self.optional = types, noun, ids, optional
        self.named: list[str] = []

    def value(self, name: str, type_: dict[str, Any]) -> Any:
        if type_["kind"] == "NON_NULL":
            return self.value(name, type_["ofType"])
        if name in _SPECIAL:
            return _SPECIAL[name]
        if type_["kind"] == "LIST":
            return [self.value(name, type_["ofType"])]
        if type_["kind"] == "INPUT_OBJECT":
            return self._object(type_["name"])
        if type_["kind"] == "ENUM":
            return self.types[type_["name"]]["enumValues"][0]["name"]
        if type_["name"] == "ID":
            return _OWN.get(name) or self._id(_NOUNS.get(name, self.noun))
        if name in ("emailAddress", "sku", "slug"):
            number = next(_numbers)
            return f"x{number}@roots.test" if name == "emailAddress" else f"x-{number}"
        return _SCALARS[type_["name"]]

    def _id(self, noun: str) -> str:
        if not noun:
            return "1"
        self.named.append(noun)
        return str(self.ids[noun])

    def _object(self, name: str) -> dict[str, Any]:
        return {
            each["name"]: self.value(each["name"], each["type"])
            for each in self.types[name]["inputFields"]
            if each["type"]["kind"] == "NON_NULL"
            or each["name"] in ("translations", "amount", self.optional)
            or (self.optional == "sellerId" and each["name"] == "customFields")
        }


def _named(type_: dict[str, Any]) -> str:
    while type_.get("ofType"):
        type_ = type_["ofType"]
    return str(type_["name"])


def _written(type_: dict[str, Any]) -> str:
    if type_["kind"] == "NON_NULL":
        return f"{_written(type_['ofType'])}!"
    return f"[{_written(type_['ofType'])}]" if type_["kind"] == "LIST" else str(type_["name"])


def _selection(types: Types, type_: dict[str, Any]) -> str:
    of = types[_named(type_)]
    if of["name"] == "DeletionResponse":
        return "{ result }"
    if of["kind"] == "OBJECT" and any(each["name"] == "totalItems" for each in of["fields"]):
        return "{ totalItems }"
    return "{ __typename }" if of["kind"] in ("OBJECT", "UNION") else ""
