"""The page of the REST API: what there is, from the OpenAPI document, and a form to try each call."""

from api.rest.docs_page.routes import add_docs_page

__all__ = ["add_docs_page"]
