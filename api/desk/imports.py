"""Files of the catalogue: handed in, tried out, taken in, watched, and written out."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, Literal

from aiohttp import web

from api.desk.forms import Form, refuse
from api.desk.pages import Answer, Done, Outcome, Pages
from api.desk.products import READ
from api.desk.rendering import HEADERS
from api.desk.visits import Visit
from core.clock import now
from services.imports.exporting import export
from services.imports.kinds import KINDS
from services.imports.listing import list_imports, problems_as_csv, problems_of, show_import
from services.imports.reading import LARGEST_FILE
from services.imports.starting import cancel_import, start_import, take_in

pages = Pages()

# Whoever may make products and change them.
NEEDS = ("CreateProduct", "CreateCatalog")
KINDS_SAID = [
    ("products", "Products with their variants"),
    ("variants", "Variants of existing products"),
    ("stock", "Stock on hand"),
    ("prices", "Prices"),
]
FORM_AROUND = 64 * 1024  # bytes of a form beside its file
LOOK_EVERY_S = 2
SHOWN_PROBLEMS = 50


class Upload(Form):
    kind: str
    how: Literal["try", "take"]
    file_name: str = ""


@pages.page("/imports", "Imports", "imports.html", needs=NEEDS, nav=("Catalogue", "Imports"))
async def imports(visit: Visit) -> Mapping[str, Any]:
    found, total = await list_imports(visit.desk, visit.listing())
    return {
        "runs": found,
        "total": total,
        "kinds": KINDS_SAID,
        "columns": _columns(),
        "mb": LARGEST_FILE // 1024**2,
    }


@imports.act(
    "upload", needs=NEEDS, form=Upload, fields={"file": "file_name"}, most_bytes=LARGEST_FILE + FORM_AROUND
)
async def upload(visit: Visit, form: Upload) -> Outcome:
    given = visit.files.get("file_name")
    if given is None:
        raise refuse(file_name="Please choose a file.")
    trying = form.how == "try"
    run = await start_import(visit.desk, form.kind, given.filename, given.file, trying=trying)
    said = "Dry run started." if trying else "Import started."
    return Done(f"{said} You can leave this page: it goes on.", to=f"/admin/imports/{run.id}")


@pages.page("/imports/{id:[0-9]{1,18}}", "Import", "import.html", needs=NEEDS)
async def one(visit: Visit) -> Mapping[str, Any]:
    run = await show_import(visit.desk, visit.id)
    problems = await problems_of(visit.desk, visit.id, most=SHOWN_PROBLEMS) if run.refused else []
    return {"run": run, "problems": problems, "every": LOOK_EVERY_S, "kind": dict(KINDS_SAID)[run.kind]}


@one.act("cancel", needs=NEEDS)
async def cancel(visit: Visit, _: Form) -> Outcome:
    await cancel_import(visit.desk, visit.id)
    return Done("Import cancelled. Rows already imported stay.")


@one.act("take", needs=NEEDS)
async def take(visit: Visit, _: Form) -> Outcome:
    run = await take_in(visit.desk, visit.id)
    return Done("Import started. You can leave this page: it goes on.", to=f"/admin/imports/{run.id}")


@pages.page("/imports/{id:[0-9]{1,18}}/problems", "Rejected rows", "import.html", needs=NEEDS)
async def problems(visit: Visit) -> Answer:
    """A file of the rows that were not taken."""
    text = await problems_as_csv(visit.desk, visit.id)
    return web.Response(
        text=text, content_type="text/csv", charset="utf-8", headers=_saved_as(f"problems-{visit.id}")
    )


@pages.page("/export", "Export", "imports.html", needs=READ)
async def written_out(visit: Visit) -> Answer:
    """The catalogue as a file, sent as it is read."""
    kind = visit.asked_choice("kind", KINDS) or "products"
    # What is refused is so before the first byte.
    pieces: AsyncIterator[bytes] = export(visit.desk, kind)
    first = await anext(pieces)
    response = web.StreamResponse(headers=_saved_as(f"{visit.scope.code}-{kind}-{now():%Y-%m-%d}"))
    response.content_type = "text/csv"
    response.charset = "utf-8"
    await response.prepare(visit.request)
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


def _saved_as(name: str) -> dict[str, str]:
    return {**HEADERS, "Content-Disposition": f'attachment; filename="{name}.csv"'}


def _columns() -> list[tuple[str, list[str], list[str]]]:
    """Of each kind its name, what must be named, and what may be."""
    return [
        (words, list(KINDS[kind].required), [c for c in KINDS[kind].columns if c not in KINDS[kind].required])
        for kind, words in KINDS_SAID
    ]
