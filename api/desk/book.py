"""All pages of the desk, in the order of the navigation. A module that has pages is named here, and nowhere else."""

from api.desk import account, audit, finance, people, reconciling, today
from api.desk.pages import Page

_MODULES = (today, finance, reconciling, people, audit, account)

PAGES: list[Page] = [page for module in _MODULES for page in module.pages.all]
