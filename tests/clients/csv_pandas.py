"""Reads a CSV answer of the service through pandas, in both forms: plain, and as Excel wants it in Sweden.

    python csv_pandas.py http://127.0.0.1:8080 expected.json
"""

import io
import json
import sys

import pandas
import requests
from comparing import check, rows

BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def get(base_url, expected, accept):
    headers = {"Accept": accept, "Authorization": f"Bearer {expected['token']}"}
    answer = requests.get(base_url.rstrip("/") + expected["path"], headers=headers, timeout=30)
    assert answer.status_code == 200, f"{answer.status_code}: {answer.text}"
    check(f"content type of {accept}", [answer.headers["Content-Type"].split(";")[0]], ["text/csv"])
    return answer.content


def read(content, names, **form):
    """The frame's rows. Codes are read as text, or pandas would take the zero from 0580."""
    codes = dict.fromkeys(names[:-1], str)
    frame = pandas.read_csv(io.BytesIO(content), dtype=codes, **form)
    return rows(frame.to_dict("records"), names)


def main(base_url, expected_file):
    with open(expected_file, encoding="utf-8") as file:
        expected = json.load(file)
    names = [name for name in expected["values"][0] if name not in ("value", "status")] + ["value"]
    wanted = rows(expected["values"], names)

    plain = get(base_url, expected, "text/csv")
    assert not plain.startswith(BYTE_ORDER_MARK), "plain CSV begins with a byte order mark"
    check("values of plain CSV", read(plain, names), wanted)

    excel = get(base_url, expected, "text/csv;variant=excel")
    assert excel.startswith(BYTE_ORDER_MARK), "CSV for Excel begins without a byte order mark"
    check("values of CSV for Excel", read(excel, names, sep=";", decimal=",", encoding="utf-8-sig"), wanted)


main(*sys.argv[1:])
