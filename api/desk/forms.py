"""Forms: what a browser sent becomes typed fields, or a sentence for each field that is wrong."""

from collections.abc import Mapping
from typing import Any, Literal, Self, get_origin

from multidict import MultiMapping
from pydantic import BaseModel, ConfigDict, ValidationError

from api.rest.errors import OF_TEXTS, SENTENCES
from core.errors import InvalidInput


class Form(BaseModel):
    """Fields of a form, by the names of its inputs. An input that was left empty counts as not sent.

    A list takes every input of its name. Texts are stripped; more than 10,000 characters aren't taken.
    """

    model_config = ConfigDict(str_strip_whitespace=True, str_max_length=10_000, extra="ignore")

    @classmethod
    def read(cls, sent: MultiMapping[Any]) -> Self:
        """Raises `ValidationError`, of which `problems` makes sentences."""
        given: dict[str, Any] = {}
        for name, about in cls.model_fields.items():
            values = [each for each in sent.getall(name, []) if isinstance(each, str) and each.strip()]
            if get_origin(about.annotation) is list:
                given[name] = values
            elif values:
                given[name] = values[-1]
        return cls.model_validate(given)


class NoFields(Form):
    """A button and nothing else."""


class Confirmed(Form):
    """Something that can't be undone: the box beside the button is ticked."""

    sure: Literal["yes"]


def problems(trouble: ValidationError) -> dict[str, str]:
    """A sentence for each field that is wrong."""
    found: dict[str, str] = {}
    for error in trouble.errors(include_url=False):
        name = str(error["loc"][0]) if error["loc"] else ""
        found.setdefault(name, _sentence(dict(error)))
    return found


def _sentence(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "Please fill this in."
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    kind = OF_TEXTS.get(error["type"], error["type"]) if isinstance(error["input"], str) else error["type"]
    words = SENTENCES.get(kind, "is not valid")
    limits = {
        name: int(value) if isinstance(value, float) and value.is_integer() else value
        for name, value in error.get("ctx", {}).items()
    }
    return f"This {words.format_map(limits)}."


def refuse(**sentences: str) -> InvalidInput:
    """A refusal of fields by their names in the form, for what only an act can see."""
    return InvalidInput(problems=list(sentences.items()))
