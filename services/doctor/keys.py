"""The server's keys: does anything that is kept still need a former one."""

from services.doctor.findings import Case, Finding, fine, skipped, warning
from services.rekeying import not_by_the_newest
from services.secrets import use_key


async def look_at_keys(case: Case) -> list[Finding]:
    """Without a former key, what bears no key's name is by the only one there ever was."""
    settings = case.settings
    use_key(settings.secret_key, *settings.former_keys)
    if not settings.former_keys:
        return [skipped("SECRET_KEY_FORMER is empty")]
    return [
        warning(f"{how_many} {what} still need a former key", _remedy(what), about=what)
        for what, how_many in (await not_by_the_newest()).items()
    ] or [
        fine(
            "nothing that is kept needs SECRET_KEY_FORMER; it still stands for sign-ins of seven days and for links that were sent"
        )
    ]


def _remedy(what: str) -> str:
    if what == "recovery codes of staff":
        return "Ask staff to make new ones at /admin, on Your account: nobody else knows the old ones."
    return "Run `makola rotate-secrets` before you drop SECRET_KEY_FORMER."
