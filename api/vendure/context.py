"""What was read so far for one request of this dialect, so that what is asked for one by one is read together."""

from dataclasses import dataclass, field
from typing import Any

from api.graphql.batches import Batch
from api.graphql.documents import Document
from api.graphql.selections import selected
from core.settings import Settings
from services.catalogue import Behind, CategoryView, ProductView, list_categories
from services.catalogue.shelved import Parent, Shelf
from services.fulfillment.reading import FulfillmentView
from services.listing import Listing
from services.payments.giving_back import RefundView
from services.purchase_options.views import OptionView
from services.tenants import Scope


@dataclass(slots=True)
class Expected:
    """Rows of which a part may be asked for one by one: they are read together at the first question."""

    products: set[int] = field(default_factory=set)
    variants: set[int] = field(default_factory=set)
    categories: set[int] = field(default_factory=set)
    facets: set[int] = field(default_factory=set)
    orders: set[int] = field(default_factory=set)
    payments: set[int] = field(default_factory=set)
    organizations: set[int] = field(default_factory=set)


@dataclass(slots=True)
class Context:
    """One request at a door of this dialect. Who asks is the door's own to know."""

    scope: Scope
    settings: Settings
    document: Document = field(init=False)
    language: str | None = field(default=None, init=False)  # in which texts are asked for, where it is said
    expected: Expected = field(default_factory=Expected, init=False)
    products: dict[frozenset[str], Batch[ProductView]] = field(default_factory=dict, init=False)
    shelves: dict[tuple[Parent, Listing, bool], Batch[Shelf]] = field(default_factory=dict, init=False)
    parts: dict[Any, Batch[Any]] = field(default_factory=dict, init=False)  # by what reads them
    options: dict[str, Batch[list[OptionView]]] = field(default_factory=dict, init=False)
    parcels: Batch[list[FulfillmentView]] | None = field(default=None, init=False)
    refunds: Batch[list[RefundView]] | None = field(default=None, init=False)
    # Set where whoever asks may see what isn't for sale.
    behind: Behind | None = field(default=None, init=False)
    _categories: dict[int, CategoryView] | None = field(default=None, init=False)

    def asset_url(self, path: str) -> str:
        """The public address of a picture."""
        return f"{self.settings.base_url}/assets/{path}"

    def selected(self, info: Any) -> frozenset[str]:
        """Dotted paths that the document asks for below the field being resolved."""
        return selected(info, self.document.selections)

    async def categories(self) -> dict[int, CategoryView]:
        """Every shelf of the platform: there are few, and they refer to one another."""
        if self._categories is None:
            found: dict[int, CategoryView] = {}
            page, total = await list_categories(self.scope)
            while page:
                found.update((category.id, category) for category in page)
                page = []
                if len(found) < total:
                    page, total = await list_categories(self.scope, skip=len(found))
            self._categories = found
        return self._categories
