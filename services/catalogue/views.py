"""What the catalogue shows: plain values, read in a constant number of statements."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from services.catalogue.translations import Translation

TWO_PLACES = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Behind:
    """Who looks from behind the counter sees what isn't for sale as well: all of it, or one seller's alone."""

    seller_id: int | None = None


@dataclass(slots=True)
class AssetView:
    """A picture; `path` is its key in the file store, `preview` that of the one to show. Sizes in pixels and bytes."""

    id: int
    name: str
    path: str
    width: int
    height: int
    mime: str
    preview: str
    file_size: int
    created_at: datetime
    updated_at: datetime
    focal_point: tuple[float, float] | None = None


@dataclass(slots=True)
class VariantView:
    """Something to put into a cart. `price_minor` is in minor units, tax contained; `available` in pieces.

    `compare_at_minor` is what it cost before, None where nothing is said of that. Of the pieces `on_hand` some may
    be promised already.
    """

    id: int
    uid: UUID
    product_id: int
    name: str
    option: str
    sku: str
    price_minor: int
    compare_at_minor: int | None
    created_at: datetime
    updated_at: datetime
    available: int
    on_hand: int = 0
    enabled: bool = True
    product_name: str = ""
    product_slug: str = ""
    tax_basis_points: int | None = None  # None: at the platform's own rate
    assets: list[AssetView] = field(default_factory=list)

    @property
    def former_minor(self) -> int | None:
        """What it cost before, where that was more."""
        before = self.compare_at_minor
        return before if before is not None and before > self.price_minor else None

    @property
    def discount_percent(self) -> Decimal | None:
        """By how much it is below what it cost before, to two decimals."""
        if self.former_minor is None:
            return None
        share = Decimal(100 * (self.former_minor - self.price_minor)) / self.former_minor
        return share.quantize(TWO_PLACES, ROUND_HALF_UP)


@dataclass(slots=True)
class FitmentView:
    make: str
    model: str
    year_from: int
    year_to: int


@dataclass(slots=True)
class CategoryView:
    """A shelf. `parent_id` is None for one of the first level."""

    id: int
    uid: UUID
    name: str
    slug: str
    description: str
    position: int
    parent_id: int | None
    asset: AssetView | None
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True)
class ProductView:
    """A product. Parts that were not asked for (see `list_products`) are empty."""

    id: int
    uid: UUID
    name: str
    slug: str
    description: str
    condition: str
    country_of_origin: str
    brand: str | None
    brand_uid: UUID | None
    seller: str
    seller_id: int
    category_id: int | None
    sold: int
    stars: int  # how many people gave stars
    average_rating: float | None
    enabled: bool
    featured: bool
    created_at: datetime
    updated_at: datetime
    assets: list[AssetView] = field(default_factory=list)
    variants: list[VariantView] = field(default_factory=list)
    fitments: list[FitmentView] = field(default_factory=list)
    translations: list[Translation] = field(default_factory=list)
    categories: list[CategoryView] = field(default_factory=list)  # its shelf first, then that one's parent


@dataclass(slots=True)
class SearchHit:
    """One product found, or one variant of it. Prices in minor units, tax contained; `score` above zero, larger is better."""

    product_id: int
    variant_id: int  # its cheapest, where products are found
    variant_name: str
    category_id: int | None
    sku: str
    name: str
    slug: str
    description: str
    price_min_minor: int
    price_max_minor: int
    in_stock: bool
    tax_basis_points: int | None  # of its cheapest variant, None: at the platform's own rate
    score: float
    asset: AssetView | None


@dataclass(slots=True)
class SearchResult:
    """`category_counts` are (category id, products) over all hits, not only this page; `facet_counts` of facet values."""

    total: int
    hits: list[SearchHit]
    category_counts: list[tuple[int, int]] = field(default_factory=list)
    facet_counts: list[tuple[int, int]] = field(default_factory=list)
