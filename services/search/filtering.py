"""The products whose name or description has all words of a term, as a condition for other statements."""

from services.search.fulltext import fulltext
from services.search.words import words_of

# A person types a few words. What lies beyond is not read.
LONGEST_TERM = 300
MOST_WORDS = 12


def in_name_or_description(term: str, first: int) -> tuple[str, list[str]]:
    """A condition on `product p`, and its values from `$first` on. The statement's `$1` and `$2` are the scope's.

    Unlike `search`, which also finds by brand, car and part number, ranks, and corrects what is misspelt.
    """
    words = words_of(term[:LONGEST_TERM], MOST_WORDS)
    if not words:
        return "1 = 0", []
    values = [fulltext().query(words)]
    stands = ""
    for word in words:
        name, description = f"${first + len(values)}", f"${first + len(values) + 1}"
        values += [f"% {word}%", f"%{word}%"]
        stands += f" AND (e.name LIKE {name} OR lower(p.description) LIKE {description})"
    if not term.isascii():
        # Words are folded to ASCII and a description isn't: the index, which is, decides alone.
        stands, values = "", values[:1]
    return (
        "EXISTS (SELECT 1 FROM search_entry e WHERE e.product_id = p.id AND e.platform_id = $1 "
        f"AND e.environment = $2 AND {fulltext().matching(f'${first}')}{stands})",
        values,
    )
