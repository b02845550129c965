"""What Schemathesis cannot know of a service: who may call what, where something is, and what a file looks like.

The file that SCHEMATHESIS_WORLD names has `tokens` by right, and by the id of each operation where it finds something
(`path`, `query`); the file that SCHEMATHESIS_ANSWERED names gets a line for each operation and status that was answered.
"""

import json
import os

import schemathesis
WORLD = json.load(open(os.environ["SCHEMATHESIS_WORLD"], encoding="utf-8"))
ANSWERED = open(os.environ["SCHEMATHESIS_ANSWERED"], "w", encoding="utf-8", buffering=1)
seen = set()


def operations(document):
    for item in document["paths"].values():
        yield from (operation for operation in item.values() if isinstance(operation, dict))


@schemathesis.hook
def before_load_schema(ctx, raw_schema):
    """The examples of each operation's parameters are of this world: they lead to something."""
    shared = raw_schema["components"]["parameters"]
    for operation in operations(raw_schema):
        place = WORLD["places"][operation["operationId"]]
        parameters = [
            dict(shared[parameter["$ref"].rsplit("/", 1)[1]]) if "$ref" in parameter else parameter
            for parameter in operation["parameters"]
        ]
        for parameter in parameters:
            value = place.get(parameter["in"], {}).get(parameter["name"])
            if value is not None:
                parameter["example"] = value
        operation["parameters"] = parameters


@schemathesis.auth(refresh_interval=None)
class Bearer:
    """The token of who may call the operation."""

    def get(self, case, ctx):
        tokens = WORLD["tokens"]
        return tokens.get(case.operation.definition.raw.get("x-right"), tokens["other"])

    def set(self, case, data, ctx):
        case.headers["Authorization"] = f"Bearer {data}"


@schemathesis.hook
def before_call(ctx, case, kwargs):
    """An example asks what the walk asks. A file is more than a text, which is all that a schema can say of it: a table has the columns of
    the example and a row of what was generated, a SIE file is the example with what was generated as the name of its account."""
    meta = case.meta
    if meta and meta.phase.name == "examples":
        case.query = dict(WORLD["places"][case.operation.definition.raw["operationId"]]["query"])
    elif case.media_type in FILES and isinstance(case.body, str) and meta and meta.generation.mode.is_positive:
        example = case.operation.definition.raw["requestBody"]["content"][case.media_type]["example"]
        case.body = FILES[case.media_type](example, case.body)


def table(example, text):
    columns = example.split("\n")[0]
    cell = text.replace('"', "").replace("\0", "").replace("\r", "").replace("\n", "")
    return f'{columns}\n"{cell}"' + ";" * columns.count(";")


def sie_file(example, text):
    name = "".join(letter for letter in text if letter.isprintable() and letter not in '"\\')
    return example.replace("Vard", name)


FILES = {"text/csv": table, "application/x-sie": sie_file}


@schemathesis.serializer("application/x-sie")
def sie(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def after_call(ctx, case, response):
    answered = (case.operation.definition.raw["operationId"], response.status_code)
    if answered not in seen:
        seen.add(answered)
        print(*answered, file=ANSWERED)
