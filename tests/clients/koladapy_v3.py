"""Reads the service through koladapy, as its users do against Kolada v3.

    python koladapy_v3.py http://127.0.0.1:8080 expected.json
"""

import json
import sys

from koladapy import KoladaAPI
from koladapy.exceptions import KoladaAPIError
from koladapy.utils import flatten_data
from comparing import check, expected_members, members, most_frequent, most_swedish, only, rows, titled

VALUE = ["kpi", "municipality", "period", "gender", "isdeleted", "value"]
UNIT_VALUE = ["kpi", "ou", "period", "gender", "isdeleted", "value"]
UNKNOWN = "N00000"


def data(items):
    return rows(flatten_data(items), VALUE)


def unit_data(items):
    return rows(flatten_data(items), UNIT_VALUE)


def more_than_a_batch(api, ids):
    """60 ids at most, each once; fewer than koladapy asks for in one call would prove nothing."""
    ids = list(dict.fromkeys(ids))[:60]
    assert len(ids) > api.max_batch_size, f"the expected file has only {ids}: more than {api.max_batch_size} are needed"
    return ids


def search_kpis(api, expected):
    kpis, fields = expected["kpis"], ["id", "title"]
    check("all KPIs", rows(api.search_kpis(), fields), rows(kpis, fields))
    word = max(most_swedish(kpis)["title"].split(), key=len)
    for word in [word.lower(), word.upper()]:
        check(f"KPIs titled {word}", rows(api.search_kpis(word), fields), rows(titled(kpis, word), fields))
    frame = api.search_kpis(as_dataframe=True)
    check("data frame of KPIs", sorted(frame["id"]), sorted(kpi["id"] for kpi in kpis))


def page_through(api, expected):
    """koladapy counts pages while there is a next link: many small pages must hold what one large page does."""
    api.DEFAULT_PER_PAGE = max(2, len(expected["kpis"]) // 4)
    check(f"KPIs, {api.DEFAULT_PER_PAGE} a page", rows(api.search_kpis(), ["id"]), rows(expected["kpis"], ["id"]))
    kpi = most_frequent(expected["values"], "kpi")
    wanted = only(expected["values"], kpi=kpi)
    api.DEFAULT_PER_PAGE = max(2, len(wanted) // 8)
    got = api.get_values(kpi_id=kpi)
    check(f"values of {kpi[0]}, {api.DEFAULT_PER_PAGE} a page", data(got), rows(wanted, VALUE))
    del api.DEFAULT_PER_PAGE


def read_kpis_by_id(api, expected):
    ids = more_than_a_batch(api, [kpi["id"] for kpi in expected["kpis"]])
    check("KPIs by their ids", sorted(kpi["id"] for kpi in api.get_kpis(ids)), sorted(ids))
    check("one KPI", [api.get_kpi(ids[0])["id"]], ids[:1])
    try:
        api.get_kpi(UNKNOWN)
    except KoladaAPIError as error:
        check("a KPI that does not exist", [str(error)], [f"KPI with ID {UNKNOWN} not found"])
    else:
        raise AssertionError(f"{UNKNOWN} was found")


def search_municipalities(api, expected):
    municipalities, fields = expected["municipalities"], ["id", "type", "title"]
    check("all municipalities", rows(api.get_municipalities(), fields), rows(municipalities, fields))
    title = most_swedish(municipalities)["title"].upper()
    got = api.get_municipalities(title)
    check(f"municipalities titled {title}", rows(got, fields), rows(titled(municipalities, title), fields))
    got = api.get_municipalities(municipality_type="K")
    check("municipalities of type K", rows(got, fields), rows(only(municipalities, type=["K"]), fields))
    one = municipalities[0]
    check("one municipality", rows([api.get_municipality(one["id"])], fields), rows([one], fields))


def read_groups(api, expected):
    groups = expected["municipality_groups"]
    one = groups[0]
    check("municipality groups", members(api.get_municipality_groups()), expected_members(groups))
    check("one municipality group", members([api.get_municipality_group(one["id"])]), expected_members([one]))
    groups = expected["kpi_groups"]
    one = groups[0]
    check("KPI groups", members(api.get_kpi_groups()), expected_members(groups))
    got = api.get_kpi_groups(one["title"])
    check(f"KPI groups titled {one['title']}", members(got), expected_members(titled(groups, one["title"])))
    check("one KPI group", members([api.get_kpi_group(one["id"])]), expected_members([one]))


def search_units(api, expected):
    units, fields = expected["units"], ["id", "municipality", "title"]
    check("all units", rows(api.get_organizational_units(), fields), rows(units, fields))
    one = most_swedish(units)
    title, where = one["title"], one["municipality"]
    there = only(units, municipality=[where])
    got = api.get_organizational_units(municipality=where)
    check(f"units of {where}", rows(got, fields), rows(there, fields))
    got = api.get_organizational_units(title, municipality=where)
    check(f"units of {where} titled {title}", rows(got, fields), rows(titled(there, title), fields))
    check("one unit", rows([api.get_organizational_unit(one["id"])], fields), rows([one], fields))


def get_values(api, expected):
    values = expected["values"]
    one = values[0]
    kpi, place, year = one["kpi"], one["municipality"], one["period"]
    got = api.get_values(kpi_id=kpi, municipality_id=place, years=year)
    wanted = only(values, kpi=[kpi], municipality=[place], period=[year])
    check(f"values of {kpi} and {place} in {year}", data(got), rows(wanted, VALUE))
    got = api.get_values(municipality_id=place, years=year)
    wanted = only(values, municipality=[place], period=[year])
    check(f"values of {place} in {year}", data(got), rows(wanted, VALUE))

    kpi = most_frequent(values, "kpi")[0]
    year = most_frequent(only(values, kpi=[kpi]), "period")[0]
    got = api.get_values(kpi_id=kpi, years=year)
    check(f"values of {kpi} in {year}", data(got), rows(only(values, kpi=[kpi], period=[year]), VALUE))
    years = list(range(1990, 2031))
    got = api.get_values(kpi_id=kpi, years=years)
    check(f"values of {kpi} in {len(years)} years", data(got), rows(only(values, kpi=[kpi], period=years), VALUE))
    check("values of a year without any", api.get_values(kpi_id=kpi, years=1970), [])
    check("values of a KPI that does not exist", api.get_values(kpi_id=UNKNOWN, years=year), [])


def get_values_in_batches(api, expected):
    """koladapy asks for 25 at a time; where that fails, it logs a line and goes on without those values."""
    values = expected["values"]
    kpis = most_frequent(values, "kpi", 60) + [kpi["id"] for kpi in expected["kpis"]]
    kpis = more_than_a_batch(api, kpis)
    municipalities = most_frequent(values, "municipality", 60) + [one["id"] for one in expected["municipalities"]]
    municipalities = more_than_a_batch(api, municipalities)
    years = most_frequent(values, "period", 3)
    got = api.get_values(kpi_id=kpis, municipality_id=municipalities, years=years)
    wanted = only(values, kpi=kpis, municipality=municipalities, period=years)
    check(f"values of {len(kpis)} KPIs and {len(municipalities)} municipalities", data(got), rows(wanted, VALUE))


def get_unit_values(api, expected):
    values = expected["unit_values"]
    one = values[0]
    kpi, unit, year = one["kpi"], one["ou"], one["period"]
    got = api.get_values(kpi_id=kpi, ou_id=unit, years=year)
    wanted = only(values, kpi=[kpi], ou=[unit], period=[year])
    check(f"values of {kpi} and {unit} in {year}", unit_data(got), rows(wanted, UNIT_VALUE))
    units = [unit["id"] for unit in expected["units"]][:60]
    got = api.get_values(kpi_id=kpi, ou_id=units)
    wanted = only(values, kpi=[kpi], ou=units)
    check(f"values of {kpi} and {len(units)} units", unit_data(got), rows(wanted, UNIT_VALUE))


def get_what_changed(api, expected):
    since = expected["changed_since"]
    kpis = [kpi["id"] for kpi in expected["kpis"]]
    got = api.get_values(kpi_id=kpis, updated_since=since["date"])
    check(f"values changed since {since['date']}", data(got), rows(since["values"], VALUE))
    check("values changed since 2999", api.get_values(kpi_id=kpis[:1], updated_since="2999-12-31"), [])


def read_data_frames(api, expected):
    """koladapy reads the KPIs, municipalities and units that occur, and merges them into the values."""
    titles = {one["id"]: one["title"] for name in ["kpis", "municipalities", "units"] for one in expected[name]}
    one = next(value for value in expected["values"] if value["municipality"] in titles)
    kpi, places = one["kpi"], [one["municipality"], *(other["id"] for other in expected["municipalities"][:20])]
    places = list(dict.fromkeys(places))
    frame = api.get_data_as_dataframe(kpi_id=kpi, municipality_id=places, include_metadata=True)
    check("columns of the data frame", list(frame.columns),
          ["kpi", "period", "municipality", "municipality_title", "municipality_type", "gender", "value", "kpi_title",
           "kpi_auspice", "kpi_operating_area", "kpi_perspective", "count", "status"])
    fields = ["kpi", "kpi_title", "municipality", "municipality_title", "period", "gender", "value"]
    wanted = [{**value, "kpi_title": titles[kpi], "municipality_title": titles[value["municipality"]]}
              for value in only(expected["values"], kpi=[kpi], municipality=places)]
    check("values of the data frame", rows(frame.to_dict("records"), fields), rows(wanted, fields))

    one = expected["unit_values"][0]
    kpi, unit = one["kpi"], one["ou"]
    frame = api.get_data_as_dataframe(kpi_id=kpi, ou_id=unit, include_metadata=True)
    check("columns of the data frame of units", list(frame.columns),
          ["kpi", "period", "ou_municipality", "ou", "ou_title", "gender", "value", "kpi_title", "kpi_auspice",
           "kpi_operating_area", "kpi_perspective", "count", "status"])
    fields = ["kpi", "kpi_title", "ou", "ou_title", "period", "gender", "value"]
    wanted = [{**value, "kpi_title": titles[kpi], "ou_title": titles[unit]}
              for value in only(expected["unit_values"], kpi=[kpi], ou=[unit])]
    check("values of the data frame of units", rows(frame.to_dict("records"), fields), rows(wanted, fields))


def main(base_url, expected_file):
    with open(expected_file, encoding="utf-8") as file:
        expected = json.load(file)
    for value in expected["values"] + expected["unit_values"] + expected["changed_since"]["values"]:
        value.setdefault("isdeleted", False)
    # koladapy joins its routes to a base that must end in a slash.
    api = KoladaAPI(base_url=f"{base_url.rstrip('/')}/kolada/v3/", max_requests_per_second=20)
    for act in [search_kpis, page_through, read_kpis_by_id, search_municipalities, read_groups, search_units,
                get_values, get_values_in_batches, get_unit_values, get_what_changed, read_data_frames]:
        act(api, expected)


main(*sys.argv[1:])
