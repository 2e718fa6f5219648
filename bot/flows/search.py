"""Finding something: by words, or shelf by shelf."""

from bot.flows import product
from bot.prompts import Ask, Choose, Page, choices
from bot.states import Context, Move, back, go, state
from bot.text import Exact, Text, price, t
from services.catalogue import list_categories
from services.catalogue.views import SearchHit, SearchResult
from services.search import search


@state
async def begin(ctx: Context) -> Choose:
    return Choose(
        t("search.begin"), choices(("words", t("search.by_words")), ("shelves", t("search.by_shelf")))
    )


@begin.answer
async def _(ctx: Context, how: str) -> Move:
    return go(words if how == "words" else shelves)


@state
async def words(ctx: Context) -> Ask:
    return Ask(t("search.words"))


@words.answer
async def _(ctx: Context, typed: str) -> Move:
    return go(found, term=typed)


@state
async def found(ctx: Context) -> Page | Move:
    term: str = ctx.args["term"]
    result = await search(ctx.scope, term, skip=ctx.skip, take=ctx.world.long_rows)
    if not result.total:
        return back(t("search.nothing", term=term), trouble=True)
    return _listed(ctx, t("search.found", term=term, total=result.total), result)


@state
async def shelves(ctx: Context) -> Page:
    top, total = await list_categories(ctx.scope, top_only=True, skip=ctx.skip, take=ctx.world.rows)
    lines = [(shelf.id, t("item", name=shelf.name)) for shelf in top]
    return Page(t("search.shelves"), choices(*lines), more=total > ctx.skip + len(top))


@shelves.answer
async def _(ctx: Context, shelf_id: int) -> Move:
    _, inside = await list_categories(ctx.scope, parent_id=shelf_id, skip=0, take=1)
    return go(shelf, shelf=shelf_id) if inside else go(goods, shelf=shelf_id)


@state
async def shelf(ctx: Context) -> Page:
    shelf_id = ctx.args["shelf"]
    inside, total = await list_categories(ctx.scope, parent_id=shelf_id, skip=ctx.skip, take=ctx.world.rows)
    lines = [(part.id, t("item", name=part.name)) for part in inside]
    title = t("search.shelf", name=await _name(ctx, shelf_id))
    return Page(title, choices(*lines), more=total > ctx.skip + len(inside))


@shelf.answer
async def _(ctx: Context, shelf_id: int) -> Move:
    return go(goods, shelf=shelf_id)


@state
async def goods(ctx: Context) -> Page | Move:
    shelf_id = ctx.args["shelf"]
    result = await search(
        ctx.scope, "", category_id=shelf_id, sort="name", skip=ctx.skip, take=ctx.world.long_rows
    )
    name = await _name(ctx, shelf_id)
    if not result.total:
        return back(t("search.empty_shelf", name=name), trouble=True)
    return _listed(ctx, t("search.goods", name=name, total=result.total), result)


@found.answer
@goods.answer
async def _(ctx: Context, product_id: int) -> Move:
    return go(product.shown, product=product_id)


def _listed(ctx: Context, title: Text, result: SearchResult) -> Page:
    lines = [(hit.product_id, _line(ctx, hit)) for hit in result.hits]
    return Page(title, choices(*lines), more=result.total > ctx.skip + len(lines))


def _line(ctx: Context, hit: SearchHit) -> Text:
    least = price(hit.price_min_minor, ctx.scope.currency)
    return t("item.priced", name=hit.name, price=Exact(least))


async def _name(ctx: Context, shelf_id: int) -> str:
    """A shelf's name; empty once it is gone."""
    found_shelves, _ = await list_categories(ctx.scope, ids=[shelf_id], skip=0, take=1)
    return found_shelves[0].name if found_shelves else ""
