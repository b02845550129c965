"""Reads a JSON-stat answer of the service through pyjstat.

    python json_stat.py http://127.0.0.1:8080 expected.json
"""

import json
import sys

import pandas
import requests
from pyjstat import pyjstat
from comparing import check

JSON_STAT = "application/vnd.json-stat+json"


def get(base_url, expected):
    headers = {"Accept": JSON_STAT, "Authorization": f"Bearer {expected['token']}"}
    answer = requests.get(base_url.rstrip("/") + expected["path"], headers=headers, timeout=30)
    assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
    check("content type", [answer.headers["Content-Type"].split(";")[0]], [JSON_STAT])
    return answer.text


def cells(frame, dimensions):
    """The value of each cell by its categories; none where there is no number."""
    return {tuple(row[name] for name in dimensions): None if pandas.isna(row["value"]) else row["value"]
            for row in frame.to_dict("records")}


def status(dataset, cell):
    """What the dataset says of a cell: pyjstat finds its place, but has no word for its status."""
    place = dataset.get_value_index(dataset.get_dimension_indices([{name: cell[name]} for name in dataset["id"]]))
    statuses = dataset["status"]
    return statuses[place] if isinstance(statuses, list) else statuses.get(str(place))


def main(base_url, expected_file):
    with open(expected_file, encoding="utf-8") as file:
        expected = json.load(file)
    values = expected["values"]
    dataset = pyjstat.Dataset.read(get(base_url, expected))
    check("dimensions", sorted(dataset["id"]), sorted(values[0].keys() - {"value", "status"}))

    frame = dataset.write("dataframe", naming="id")
    got = cells(frame, dataset["id"])
    wanted = {tuple(value[name] for name in dataset["id"]): value["value"] for value in values}
    check("cells that are named", [cell for cell in wanted if cell in got], list(wanted))
    check("cells", list(got.items()), [(cell, wanted.get(cell)) for cell in got])
    labelled = dataset.write("dataframe")
    assert labelled["value"].equals(frame["value"]), "the values by label are not those by id"
    for value in values:
        if "status" in value:
            assert status(dataset, value) == value["status"], f"{value} has the status {status(dataset, value)}"


main(*sys.argv[1:])
