"""What the programs compare with, and how: all that they share."""

from collections import Counter
from itertools import zip_longest

import pandas


def check(what, got, expected):
    """Ends the run at the first difference."""
    for place, (one, other) in enumerate(zip_longest(got, expected)):
        assert one == other, f"{what}: row {place} is {one}, expected is {other}"
    print(f"{what}: {len(expected)} as expected")


def rows(items, names):
    """The named fields of each item, in an order of our own; NaN is None."""
    fields = [tuple(None if pandas.isna(item[name]) else item[name] for name in names) for item in items]
    return sorted(fields, key=lambda row: tuple(str(field) for field in row))


def members(groups):
    ids = [[member["member_id"] for member in group["members"]] for group in groups]
    return expected_members([{**group, "members": of_group} for group, of_group in zip(groups, ids)])


def expected_members(groups):
    return sorted((group["id"], group["title"], sorted(group["members"])) for group in groups)


def only(items, **wanted):
    """The items whose fields are among the wanted: only(values, kpi=["N00945"])."""
    return [item for item in items if all(item[name] in allowed for name, allowed in wanted.items())]


def titled(items, part):
    return [item for item in items if part.lower() in item["title"].lower()]


def most_swedish(items):
    """The item whose title has the most å, ä and ö: those are what a search by title gets wrong."""
    return max(items, key=lambda item: sum(not letter.isascii() for letter in item["title"]))


def most_frequent(items, name, count=1):
    return [one for one, _ in Counter(item[name] for item in items).most_common(count)]
