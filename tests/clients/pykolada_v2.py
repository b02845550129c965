"""Reads the service through pykolada, as its users did against Kolada v2.

    python pykolada_v2.py http://127.0.0.1:8080 expected.json
"""

import json
import sys

from pykolada import pykolada
from comparing import check, expected_members, members, most_frequent, most_swedish, only, rows, titled

# pykolada calls a period year, and asks for these where it is told no year.
VALUE = ["kpi", "municipality", "year", "gender", "value"]
UNIT_VALUE = ["kpi", "ou", "year", "gender", "value"]
CHANGED_VALUE = ["kpi", "municipality", "year", "gender", "is_deleted", "value"]
ITS_YEARS = range(1970, 2025)


def search_kpis(expected):
    kpis, fields = expected["kpis"], ["id", "title"]
    check("all KPIs", rows(pykolada.get_kpi(), fields), rows(kpis, fields))
    title = most_swedish(kpis)["title"].upper()
    check(f"KPIs titled {title}", rows(pykolada.get_kpi(title=title), fields), rows(titled(kpis, title), fields))
    # v2 knows no limit of ids: 41 in one path are what Kolada's own example sends.
    some = kpis[:41]
    assert len(some) > 25, f"the expected file has only {len(some)} KPIs: more than 25 are needed"
    got = pykolada.get_kpi(id=",".join(kpi["id"] for kpi in some))
    check("KPIs by their ids", rows(got, fields), rows(some, fields))
    check("a KPI that does not exist", pykolada.get_kpi(id="N00000"), [])


def page_through(expected):
    """pykolada follows the links of the answers, as they are."""
    kpi = most_frequent(expected["values"], "kpi")[0]
    wanted = only(expected["values"], kpi=[kpi], year=ITS_YEARS)
    years = ",".join(str(year) for year in ITS_YEARS)
    size = max(2, len(wanted) // 8)
    got = pykolada._make_request(f"{pykolada.BASE_URL}data/kpi/{kpi}/year/{years}?per_page={size}")
    got = pykolada._format_data_response("data", got)
    check(f"values of {kpi}, {size} a page", rows(got, VALUE), rows(wanted, VALUE))
    size = max(2, len(expected["municipalities"]) // 4)
    got = pykolada._make_request(f"{pykolada.BASE_URL}municipality?per_page={size}")
    check(f"municipalities, {size} a page", rows(got, ["id"]), rows(expected["municipalities"], ["id"]))


def search_municipalities(expected):
    municipalities, fields = expected["municipalities"], ["id", "type", "title"]
    check("all municipalities", rows(pykolada.get_municipality(), fields), rows(municipalities, fields))
    title = most_swedish(municipalities)["title"].upper()
    got = pykolada.get_municipality(title=title)
    check(f"municipalities titled {title}", rows(got, fields), rows(titled(municipalities, title), fields))
    one = municipalities[0]
    check("one municipality", rows(pykolada.get_municipality(id=one["id"]), fields), rows([one], fields))


def read_groups(expected):
    groups = expected["municipality_groups"]
    one = groups[0]
    check("municipality groups", members(pykolada.get_municipality_groups()), expected_members(groups))
    check("one municipality group", members(pykolada.get_municipality_groups(id=one["id"])), expected_members([one]))
    groups = expected["kpi_groups"]
    title = groups[0]["title"]
    check("KPI groups", members(pykolada.get_kpi_groups()), expected_members(groups))
    got = pykolada.get_kpi_groups(title=title)
    check(f"KPI groups titled {title}", members(got), expected_members(titled(groups, title)))


def search_units(expected):
    units, fields = expected["units"], ["id", "municipality", "title"]
    check("all units", rows(pykolada.get_ou(), fields), rows(units, fields))
    one = most_swedish(units)
    title, where = one["title"], one["municipality"]
    check(f"units titled {title}", rows(pykolada.get_ou(title=title), fields), rows(titled(units, title), fields))
    check("one unit", rows(pykolada.get_ou(id=one["id"]), fields), rows([one], fields))
    got = pykolada._make_request(f"{pykolada.BASE_URL}ou?municipality={where}")
    check(f"units of {where}", rows(got, fields), rows(only(units, municipality=[where]), fields))


def get_values(expected):
    values = expected["values"]
    one = values[0]
    kpi, place, year = one["kpi"], one["municipality"], one["year"]
    got = pykolada.get_data(kpi=kpi, municipality=place, year=year)
    wanted = only(values, kpi=[kpi], municipality=[place], year=[year])
    check(f"values of {kpi} and {place} in {year}", rows(got, VALUE), rows(wanted, VALUE))
    got = pykolada.get_data(kpi=kpi, municipality=place)
    wanted = only(values, kpi=[kpi], municipality=[place], year=ITS_YEARS)
    check(f"values of {kpi} and {place} in 55 years", rows(got, VALUE), rows(wanted, VALUE))
    got = pykolada.get_data(kpi=kpi, municipality=place, year=None)
    wanted = only(values, kpi=[kpi], municipality=[place])
    check(f"values of {kpi} and {place}", rows(got, VALUE), rows(wanted, VALUE))
    got = pykolada.get_data(municipality=place, year=year)
    wanted = only(values, municipality=[place], year=[year])
    check(f"values of {place} in {year}", rows(got, VALUE), rows(wanted, VALUE))

    kpi = most_frequent(values, "kpi")[0]
    year = most_frequent(only(values, kpi=[kpi]), "year")[0]
    got = pykolada.get_data(kpi=kpi, year=year)
    check(f"values of {kpi} in {year}", rows(got, VALUE), rows(only(values, kpi=[kpi], year=[year]), VALUE))
    check("values of a year without any", pykolada.get_data(kpi=kpi, year=1970), [])
    check("values of a KPI that does not exist", pykolada.get_data(kpi="N00000", year=year), [])


def get_many_values(expected):
    """All in one call: v2 has no limit of 25."""
    values = expected["values"]
    kpis = [kpi["id"] for kpi in expected["kpis"]][:60]
    places = [one["id"] for one in expected["municipalities"]][:60]
    years = sorted(most_frequent(values, "year", 5))
    got = pykolada.get_data(kpi=kpis, municipality=places, year=years)
    wanted = only(values, kpi=kpis, municipality=places, year=years)
    check(f"values of {len(kpis)} KPIs and {len(places)} municipalities", rows(got, VALUE), rows(wanted, VALUE))


def get_unit_values(expected):
    values = expected["unit_values"]
    one = values[0]
    kpi, unit, year = one["kpi"], one["ou"], one["year"]
    got = pykolada.get_oudata(kpi=kpi, ou=unit, year=year)
    wanted = only(values, kpi=[kpi], ou=[unit], year=[year])
    check(f"values of {kpi} and {unit} in {year}", rows(got, UNIT_VALUE), rows(wanted, UNIT_VALUE))
    units = [unit["id"] for unit in expected["units"]][:60]
    got = pykolada.get_oudata(kpi=kpi, ou=units)
    wanted = only(values, kpi=[kpi], ou=units, year=ITS_YEARS)
    check(f"values of {kpi} and {len(units)} units", rows(got, UNIT_VALUE), rows(wanted, UNIT_VALUE))


def get_what_changed(expected):
    """pykolada has no word for it, but follows a link with from_date; 0 and 1 say what is deleted."""
    since = expected["changed_since"]
    kpis = ",".join(kpi["id"] for kpi in expected["kpis"])
    years = ",".join(str(year) for year in range(1970, 2041))
    changed = pykolada._make_request(f"{pykolada.BASE_URL}data/kpi/{kpis}/year/{years}?from_date={since['date']}")
    got = [{**row, "year": row["period"], **value} for row in changed for value in row["values"]]
    check(f"values changed since {since['date']}", rows(got, CHANGED_VALUE), rows(since["values"], CHANGED_VALUE))


def main(base_url, expected_file):
    with open(expected_file, encoding="utf-8") as file:
        expected = json.load(file)
    for value in expected["values"] + expected["unit_values"] + expected["changed_since"]["values"]:
        value["year"] = value["period"]
        value["is_deleted"] = int(value.get("isdeleted", False))
    # pykolada appends its routes to a base that must end in a slash.
    pykolada.BASE_URL = f"{base_url.rstrip('/')}/kolada/v2/"
    for act in [search_kpis, page_through, search_municipalities, read_groups, search_units,
                get_values, get_many_values, get_unit_values, get_what_changed]:
        act(expected)


main(*sys.argv[1:])
