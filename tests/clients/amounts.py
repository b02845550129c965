"""Amounts go in and come out as Python's decimal has them, as JSON and as CSV, and their sums are equal to the öre."""

import csv
import io
import json
import random
import sys
import urllib.request
from decimal import Decimal

address, told = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
base = f"{address}/utfall/v1/municipalities/0580"
chance = random.Random(told["seed"])


def call(method, path, body=None, media="application/json", accept="application/json"):
    headers = {"Authorization": f"Bearer {told['token']}", "Content-Type": media, "Accept": accept}
    request = urllib.request.Request(f"{base}/{path}", body.encode() if body else None, headers, method=method)
    with urllib.request.urlopen(request) as response:
        return response.read().decode()


def exact(text):
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def amount():
    """Of any size up to 100 million kronor, with no, one or two decimals."""
    ore = chance.randrange(10 ** chance.randrange(1, 11)) * chance.choice((1, -1))
    decimals = chance.choice((0, 1, 2))
    return Decimal(ore // 10 ** (2 - decimals)).scaleb(-decimals)


def checked(what, got, expected):
    assert sorted(got) == sorted(expected), f"{what}: {sorted(set(got) ^ set(expected))[:4]}"


per_month, left, month, year = 50_000, told["count"], 1, Decimal(0)
while left:
    amounts = [amount() for _ in range(min(left, per_month))]
    left -= len(amounts)
    where = f"outcomes/2018-{month:02}"
    entries = ",".join(f'{{"account":"4551","unit":"3102","amount":{one:f}}}' for one in amounts)
    receipt = exact(call("PUT", f"{where}/json", f'{{"entries":[{entries}]}}'))
    assert receipt["sums"]["net"] == sum(amounts), receipt["sums"]
    rows = "".join(f"4551;3102;{str(f'{one:f}').replace('.', ',')}\n" for one in amounts)
    call("PUT", f"{where}/csv", f"account;unit;amount\n{rows}", media="text/csv")
    for source in ("json", "csv"):
        read, page = [], 1
        while len(read) < len(amounts):
            text = call("GET", f"{where}/{source}?limit=10000&page={page}", accept="application/json" if source == "json" else "text/csv")
            if source == "json":
                read += [entry["amount"] for entry in exact(text)["entries"]]
            else:
                read += [Decimal(row["amount"]) for row in csv.DictReader(io.StringIO(text))]
            page += 1
        checked(f"{where}/{source}", read, amounts)
    year += 2 * sum(amounts)
    report = exact(call("GET", f"reports/operating-summary?committee=SN&period=2018-{month:02}&by=account"))
    assert report["total"]["values"]["outcome"] == year, (report["total"]["values"], year)
    month += 1
print(f"{told['count']} amounts in and out as JSON and as CSV: 0 differ, sums equal to the öre, seed {told['seed']}")
