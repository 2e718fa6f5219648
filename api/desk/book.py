"""All pages of the desk, in the order of the navigation. A module that has pages is named here, and nowhere else."""

from api.desk import account, audit, finance, people, today
from api.desk.pages import Page

_MODULES = (today, finance, people, audit, account)

PAGES: list[Page] = [page for module in _MODULES for page in module.pages.all]
