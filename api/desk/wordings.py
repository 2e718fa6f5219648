"""What messages say: the shop's own words in place of the market's, by message and language."""

from collections.abc import Mapping
from typing import Any

from api.desk.forms import Form
from api.desk.pages import Done, Outcome, Pages, Show
from api.desk.visits import Visit
from core.errors import InvalidInput
from core.languages import LANGUAGES, SOURCE
from services.notifications.texts import SUBJECTS
from services.notifications.wording import (
    OWN_WORDS,
    SUBJECT,
    checked_words,
    own_among,
    own_words,
    placeholders_of,
    preview,
    said,
    say,
    say_as_usual,
)

pages = Pages()


class Words(Form):
    template: str
    language: str
    text: str
    subject: str = ""
    look: bool = False  # only look how it reads


class Which(Form):
    template: str
    language: str


@pages.page(
    "/settings/texts",
    "Message texts",
    "wordings.html",
    needs=("ReadSettings",),
    nav=("Settings", "Message texts"),
)
async def texts(visit: Visit) -> Mapping[str, Any]:
    language = visit.asked_choice("language", LANGUAGES) or SOURCE
    template = visit.asked_choice("template", OWN_WORDS)
    own = own_among(await own_words(visit.scope), language)
    found: dict[str, Any] = {
        "language": language,
        "languages": list(LANGUAGES.items()),
        "template": template,
        "templates": [(each, each in own or f"{SUBJECT}{each}" in own) for each in OWN_WORDS],
        "preview": None,
        "typed": None,
    }
    if template:
        now = await said(visit.desk, template, language)
        subject = await said(visit.desk, SUBJECT + template, language) if template in SUBJECTS else None
        found |= {
            "now": now,
            "subject": subject,
            "values": " ".join(f"{{{name}}}" for name in placeholders_of(template)),
            "preview": preview(visit.scope, now.text),
        }
    return found


@texts.act("write", needs=("UpdateSettings",), form=Words)
async def write(visit: Visit, form: Words) -> Outcome:
    if form.template in SUBJECTS:
        if not form.subject:
            raise InvalidInput("An e-mail needs a subject.", field="subject")
        checked_words(SUBJECT + form.template, form.language, form.subject)
    checked = checked_words(form.template, form.language, form.text)
    if form.look:
        return Show({"preview": preview(visit.scope, checked), "typed": form})
    await say(visit.desk, form.template, form.language, form.text)
    if form.template in SUBJECTS:
        await say(visit.desk, SUBJECT + form.template, form.language, form.subject)
    return Done("Wording saved.")


@texts.act("reset", needs=("UpdateSettings",), form=Which)
async def reset(visit: Visit, form: Which) -> Outcome:
    await say_as_usual(visit.desk, form.template, form.language)
    if form.template in SUBJECTS:
        await say_as_usual(visit.desk, SUBJECT + form.template, form.language)
    return Done("Reset to the default wording.")
