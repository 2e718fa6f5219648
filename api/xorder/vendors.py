"""CommonVendor: who sells a line, brings a shipment or is paid."""

from api.xorder.shaping import Fields, Shaped
from services.orders.beside import SellerCard

RATING: Fields = {"reviewCount": lambda s: s.reviews, "value": lambda s: s.stars}
VENDOR: Fields = {
    "id": lambda s: str(s.uid),
    "name": lambda s: s.name,
    "rating": lambda s: Shaped(RATING, s) if s.stars is not None else None,
}


def vendor_shape(seller: SellerCard | None) -> Shaped | None:
    """A CommonVendor; none for what is the market's own."""
    return Shaped(VENDOR, seller) if seller else None
