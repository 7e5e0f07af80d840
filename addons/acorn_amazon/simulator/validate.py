"""Keeps the simulator honest: every answer must fit Amazon's own model of it.

The models are Amazon's; they are looked for where ``ACORN_SPAPI_MODELS`` says, or
beside the repository. Stricter than the models are in themselves: fields they do not
name, money that is no decimal text, and times that are not UTC are refused.
"""

import json
import logging
import os
from functools import cache, cached_property
from hashlib import blake2b
from pathlib import Path

try:
    import jsonschema
except ImportError:  # a tool of the tests: the simulator runs without it
    jsonschema = None

_logger = logging.getLogger(__name__)

BESIDE = Path(__file__).resolve().parents[4] / "shared" / "spapi" / "models"
DECIMAL = r"^-?\d+(\.\d+)?$"
MOMENT = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
DATA_KIOSK = "dataKiosk_2023-11-15"  # Amazon publishes no answers' schema beside it
UNPUBLISHED = (DATA_KIOSK,)
DEEPEST = 8  # of what holds its own kind, such as breakdowns
NOTES = ("description", "example", "x-docgen-enum-table-extension")
REMEMBERED = 50_000  # elements that were found to be in order


def models_folder():
    return Path(os.environ.get("ACORN_SPAPI_MODELS") or BESIDE)


def make_validator():
    """A Validator, or None (saying so) when there is nothing to validate with."""
    if jsonschema is None:
        return _do_without("jsonschema is not installed")
    if not models_folder().is_dir():
        return _do_without(f"{models_folder()} does not exist")
    return _validator_of(models_folder())


@cache
def _do_without(reason):
    """Said once."""
    _logger.info("Answers are not validated against Amazon's models: %s", reason)


@cache
def _validator_of(folder):
    """One for all worlds: what it has learned holds everywhere."""
    return Validator(folder)


class Validator:
    def __init__(self, folder):
        self._folder = folder
        self._answers = {}  # {(model, operation, status): compiled schema}

    def errors(self, model, operation, status, body):
        """What is wrong with an answer, as text; empty when it is right."""
        if model in UNPUBLISHED:
            return []
        key = model, operation, status
        if key not in self._answers:
            self._answers[key] = self._compile(*key)
        return self._answers[key](body)

    def _compile(self, model, operation, status):
        document = _read_model(self._folder / f"{model}.json")
        responses = _operation(document, operation)["responses"]
        if str(status) not in responses:
            return lambda body: [f"{operation}: the model knows no answer {status}"]
        schema = responses[str(status)].get("schema")
        if schema is None:
            return lambda body: ["there must be no body"] if body else []
        return _Answer(_strict(schema, document["definitions"])).errors


@cache
def _read_model(path):
    return json.loads(path.read_text("utf-8"))


def _operation(document, name):
    for methods in document["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict) and operation.get("operationId") == name:
                return operation
    raise LookupError(f"The model has no operation {name}")


def _strict(schema, definitions, within=()):
    """The schema without references, and strict.

    :param within: names of the definitions that this is part of
    """
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if within.count(name) == DEEPEST:
            return {"not": {}}
        schema = _strict(definitions[name], definitions, (*within, name))
        return schema | {"pattern": DECIMAL} if name == "Decimal" else schema
    schema = {key: value for key, value in schema.items() if key not in NOTES}
    if "allOf" in schema:
        schema = _merged(schema.pop("allOf"), definitions) | schema
    if "properties" in schema:
        schema["properties"] = {
            name: _strict(each, definitions, within)
            for name, each in schema["properties"].items()
        }
        schema.setdefault("additionalProperties", False)
    if "items" in schema:
        schema["items"] = _strict(schema["items"], definitions, within)
    if schema.get("format") == "date-time":
        schema["pattern"] = MOMENT
    return schema


def _merged(parts, definitions):
    """One object that may have what any of the parts has."""
    merged = {"type": "object", "properties": {}, "required": []}
    for part in parts:
        if "$ref" in part:
            part = definitions[part["$ref"].rsplit("/", 1)[1]]
        merged["properties"] |= part.get("properties", {})
        merged["required"] += part.get("required", [])
    if not merged["required"]:
        del merged["required"]  # an empty one is not allowed
    return merged


class _Answer:
    """One answer's schema, cut where it lists: an element is looked at once.

    The same order is sent again and again; what has been found right stays right.
    """

    def __init__(self, schema):
        self._schema = schema
        self._right = set()

    @cached_property
    def _lists(self):
        properties = self._schema.get("properties", {})
        return {
            name: jsonschema.Draft4Validator(each["items"])
            for name, each in properties.items()
            if each.get("type") == "array" and "items" in each
        }

    @cached_property
    def _whole(self):
        return jsonschema.Draft4Validator(self._schema)

    def errors(self, body):
        if not isinstance(body, dict):
            return _texts(self._whole, body)
        lists = {name: body[name] for name in self._lists if _is_list(body.get(name))}
        found = _texts(self._whole, body | dict.fromkeys(lists, []))
        for name, elements in lists.items():
            for place, element in enumerate(elements):
                found += self._element_errors(name, place, element)
        return found

    def _element_errors(self, name, place, element):
        key = blake2b(f"{name}{json.dumps(element)}".encode()).digest()
        if key in self._right:
            return []
        found = _texts(self._lists[name], element, f"{name}[{place}]")
        if not found:
            if len(self._right) >= REMEMBERED:
                self._right.clear()
            self._right.add(key)
        return found


def _is_list(value):
    return isinstance(value, list)


def _texts(validator, body, path="answer"):
    return [
        f"{'.'.join(map(str, (path, *error.absolute_path)))}: {error.message}"
        for error in validator.iter_errors(body)
    ]
