"""What a document says of products, variants and categories, as the services take it."""

from typing import Any

from api.graphql.ids import parse_id, parse_ids
from core.errors import InvalidInput
from services.merchandise.drafts import CategoryDraft, ProductDraft, VariantDraft, read_draft

Args = dict[str, Any]

# Our names for the dialect's.
_CUSTOM = {
    "Make": "make",
    "Model": "model",
    "Year": "year",
    "CountryOfOrigin": "country_of_origin",
    "PiecesInStock": "pieces",
    "Price": "price",
    "Condition": "condition",
    "Category": "category",
    "Subcategory": "subcategory",
}
_TEXTS = ("name", "slug", "description")
_THEIRS = {ours: theirs for theirs, ours in _CUSTOM.items()} | {
    "asset_ids": "assetIds",
    "price_minor": "price",
}


def product_draft(given: Args) -> ProductDraft:
    """Of `CreateProductInput` or `UpdateProductInput`. Raises `InvalidInput`."""
    custom = given.get("customFields") or {}
    said = _texts(given) | {ours: custom[theirs] for theirs, ours in _CUSTOM.items() if theirs in custom}
    if given.get("enabled") is not None:
        said["enabled"] = given["enabled"]
    if given.get("facetValueIds") is not None:
        said["facet_value_ids"] = parse_ids(given["facetValueIds"])
    if others := [each for each in given.get("translations") or [] if each["languageCode"] != "en"]:
        said["translations"] = [_other_texts(each) for each in others]
    if given.get("assetIds") is not None:
        said["asset_ids"] = parse_ids(given["assetIds"])
    if given.get("featuredAssetId") is not None:
        said["featured_asset_id"] = parse_id(given["featuredAssetId"])
    if custom.get("sellerId") is not None:
        said["seller_id"] = parse_id(custom["sellerId"])
    if said.get("price") is not None:
        # As it was written: 20.1 has no exact binary form.
        said["price"] = repr(said["price"])
    return read_draft(ProductDraft, said, _THEIRS)


def variant_draft(given: Args) -> VariantDraft:
    """Of `CreateProductVariantInput` or `UpdateProductVariantInput`. Raises `InvalidInput`."""
    said = {name: text for name, text in _texts(given).items() if name == "name"}
    for theirs, ours in (("sku", "sku"), ("price", "price_minor"), ("enabled", "enabled")):
        if given.get(theirs) is not None:
            said[ours] = given[theirs]
    if "taxCategoryId" in given:
        category = given["taxCategoryId"]
        said["tax_category_id"] = None if category is None else parse_id(category)
    for theirs, ours in (("facetValueIds", "facet_value_ids"), ("optionIds", "option_ids")):
        if given.get(theirs) is not None:
            said[ours] = parse_ids(given[theirs])
    levels = given.get("stockLevels") or []
    if any(level["stockLocationId"] != "1" for level in levels):
        raise InvalidInput("There is one place with stock: 1.", field="stockLocationId")
    pieces = levels[-1]["stockOnHand"] if levels else given.get("stockOnHand")
    if pieces is not None:
        said["pieces"] = pieces
    return read_draft(VariantDraft, said, _THEIRS | {"pieces": "stockOnHand"})


def category_draft(given: Args) -> CategoryDraft:
    """Of `CreateCollectionInput` or `UpdateCollectionInput`; the parent 0 is none. Raises `InvalidInput`."""
    said = _texts(given)
    if given.get("parentId") is not None:
        parent_id = parse_id(given["parentId"])
        said["parent_id"] = None if parent_id == 0 else parent_id
    if given.get("featuredAssetId") is not None:
        said["asset_id"] = parse_id(given["featuredAssetId"])
    return read_draft(CategoryDraft, said, {"parent_id": "parentId", "asset_id": "featuredAssetId"})


def _other_texts(given: Args) -> Args:
    texts = {name: given[name] for name in ("name", "description") if given.get(name) is not None}
    return {"language": given["languageCode"], **texts}


def _texts(given: Args) -> Args:
    """The texts in the market's own language; an empty slug is made from the name."""
    for texts in given.get("translations") or []:
        if texts["languageCode"] == "en":
            return {
                name: texts[name]
                for name in _TEXTS
                if texts.get(name) or (texts.get(name) == "" and name == "description")
            }
    return {}
