"""Reviews: what buyers say of products, and what staff let stand."""

from services.reviews.writing import (
    LISTED,
    ReviewView,
    hide_review,
    histograms,
    reviews_of_products,
    submit_review,
)

__all__ = ["LISTED", "ReviewView", "hide_review", "histograms", "reviews_of_products", "submit_review"]
