//! How it is asked: paths, lists, parameters, pages and links, as forgiving as Kolada's clients need; and what is refused.

use super::in_both_worlds;
use super::world::{World, define, items, lines, load, own_indicator, read};
use reqwest::Method;
use reqwest::header::HeaderMap;
use serde_json::{Value, json};
use utfall_api::state::Setup;
use utfall_domain::permission::Role;
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::client::Answer;
use utfall_tests::database::Kind;

const PATHS: [&str; 18] = [
    "kpi",
    "kpi_groups",
    "municipality",
    "municipality_groups",
    "ou",
    "kpi/U0580001",
    "kpi_groups/G0580KPI001",
    "municipality/0580",
    "municipality_groups/G175807",
    "ou/V00E0580-3102",
    "data/kpi/U0580001/municipality/0580/year/2017",
    "data/kpi/U0580001/year/2017",
    "data/kpi/U0580001/municipality/0580",
    "data/municipality/0580/year/2017",
    "oudata/kpi/U0580001/ou/V00E0580-3102/year/2017",
    "oudata/kpi/U0580001/year/2017",
    "oudata/kpi/U0580001/ou/V00E0580-3102",
    "oudata/ou/V00E0580-3102/year/2017",
];

/// Sends a request with a method and headers to `/kolada/`.
async fn send(world: &World, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let nobody = world.app.nobody();
    let request = nobody.request(method, &format!("/kolada/{path}"));
    nobody.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

/// A service that is set up otherwise, with ten public indicators that have a value.
async fn ten(kind: Kind, setup: Setup) -> TestApp {
    let app = TestApp::start_as(kind, setup).await;
    let admin = app.admin().await;
    define(&admin, (0..10).map(own_indicator).collect()).await;
    let keys: Vec<String> = (0..10).map(|at| format!("eget-{at}")).collect();
    let rows: Vec<_> = keys.iter().map(|key| (key.as_str(), MUNICIPALITY, "2017", "T", json!(1))).collect();
    load(&admin, &rows).await;
    app
}

/// Whether an answer lets any origin read it.
#[track_caller]
fn is_open_to_browsers(headers: &HeaderMap, what: &str) {
    let origin = headers.get("access-control-allow-origin").and_then(|value| value.to_str().ok());
    assert_eq!(origin, Some("*"), "{what}");
}

in_both_worlds! { filled:
    async fn every_route_is_served_with_and_without_a_slash_at_its_end(world) {
        for version in ["v2", "v3"] {
            for path in PATHS {
                let plain = world.read(&format!("{version}/{path}")).await.succeeded();
                assert!(!items(&plain).is_empty(), "{version}/{path}");
                for other in [format!("{path}/"), format!("{path}?"), format!("{path}/?"), format!("{path}?&"), format!("{path}?other=x&")] {
                    assert_eq!(world.read(&format!("{version}/{other}")).await.succeeded(), plain, "{version}/{other}");
                }
            }
        }
        for path in ["data/municipality/0580/kpi/U0580001", "oudata/municipality/0580/year/2017", "oudata/kpi/U0580001/year/2017?municipality=0580"] {
            for version in ["v2", "v3"] {
                assert!(!world.items(&format!("{version}/{path}")).await.is_empty(), "{version}/{path}");
            }
        }
        assert_eq!(world.items("v2/oudata/kpi/U0580001/year/2017?municipality=1283").await, Vec::<Value>::new());
    }

    async fn lists_are_read_however_they_are_written(world) {
        let plain = world.lines("v3/data/kpi/U0580001,U0580002/municipality/0580,0000/year/2017,2018").await;
        assert_eq!(plain.len(), 2 * 2 * 4);
        for version in ["v2", "v3"] {
            for path in [
                "data/kpi/U0580001%2CU0580002/municipality/0580%2C0000/year/2017%2C2018",
                "data/kpi/U0580001,%20U0580002/municipality/0580,%200000/year/2017,%202018/",
                "data/kpi/,U0580002,,U0580001,U0580002,/municipality/0000,0580,0000/year/2018,2017,2018",
                "data/year/2017,2018/municipality/0000,0580/kpi/U0580001,U0580002",
                "data/kpi/U0580001,N99999,U0580002,-/municipality/0580,0000,9999/year/2017,2018,1970",
            ] {
                assert_eq!(world.lines(&format!("{version}/{path}")).await, plain, "{version}/{path}");
            }
            for path in ["kpi/U0580002,U0580001", "kpi/U0580001%2C%20U0580002", "kpi/U0580002,U0580001,X,U0580001?page=1&per_page=5000", "kpi?id=U0580001,U0580002", "kpi?id=U0580001&id=U0580002"] {
                assert_eq!(world.ids(&format!("{version}/{path}")).await, ["U0580001", "U0580002"], "{version}/{path}");
            }
        }
        for path in [
            "data/?kpi_id=U0580001&kpi_id=U0580002&municipality_id=0580&municipality_id=0000&year=2017&year=2018",
            "data?kpi_id=U0580001,U0580002&municipality_id=0580,%200000&year=2017&year=2018&page=1&page=1&per_page=7&per_page=5000",
            "data/?year=2017%2C2018&unknown=1&unknown=2&municipality_id=0000&municipality_id=0580&kpi_id=U0580002&kpi_id=U0580001&",
        ] {
            assert_eq!(world.lines(&format!("v3/{path}")).await, plain, "{path}");
        }
        let units = world.lines("v3/oudata/kpi/U0580001/ou/V00E0580-3102/year/2017").await;
        assert_eq!(units.len(), 3);
        for path in ["oudata/?ou_id=V00E0580-3102&kpi_id=U0580001&year=2017", "oudata?kpi_id=U0580001&kpi_id=X&ou_id=V00E0580-3102&year=2017"] {
            assert_eq!(world.lines(&format!("v3/{path}")).await, units, "{path}");
        }
    }

    async fn what_is_not_known_is_empty_and_no_error(world) {
        for version in ["v2", "v3"] {
            for path in [
                "kpi/N99999", "municipality/9999", "ou/V15E1", "kpi_groups/X", "municipality_groups/G1", "kpi/%00", "kpi/%F0%9F%A6%86",
                "data/kpi/N99999/year/2017", "data/kpi/U0580001/municipality/9999", "data/kpi/U0580001/municipality/0580/year/2099",
                "data/kpi/U0580001/municipality/0580/year/1970", "data/kpi/%00/year/2017", "oudata/ou/V15E1/year/2017",
                "data/kpi/U0580001/municipality/V00E0580-3102", "oudata/kpi/U0580001/ou/0580", "data/kpi/,/year/2017", "kpi/,", "kpi/%20,",
                "data/kpi/'%20OR%201=1--/year/2017", "municipality?region_type=X", "ou?municipality=9999",
                "data/kpi/U0580001/year/2017?page=2", "kpi?page=1000000000", "municipality?title=finns%20inte",
            ] {
                if version == "v2" && path.contains("region_type") {
                    continue;
                }
                let answer = world.read(&format!("{version}/{path}")).await;
                assert_eq!(answer.status, 200, "{version}/{path}: {}", answer.body);
                assert_eq!((&answer.json()["values"], &answer.json()["count"]), (&json!([]), &json!(0)), "{version}/{path}");
            }
        }
        // No name that /data/ knows.
        for path in ["data/", "data", "data?", "oudata/", "data/?municipality=0580", "data/?kpi_id=", "data/?kpi=U0580001&page=1"] {
            assert_eq!(world.items(&format!("v3/{path}")).await, Vec::<Value>::new(), "{path}");
        }
    }

    async fn pages_are_as_large_as_asked_and_link_to_their_neighbours(world) {
        let base = format!("http://{}/kolada", world.app.address);
        let pages = ["v3/kpi?title=eget&per_page=10", "v3/kpi?title=eget&per_page=10&page=2", "v3/kpi?page=3&per_page=10&title=eget", "v3/kpi?title=eget&per_page=10&page=4"];
        let link = |page: i64| json!(format!("{base}/v3/kpi?title=eget&page={page}&per_page=10"));
        let mut seen = Vec::new();
        for (at, (path, count)) in pages.iter().zip([10, 10, 9, 0]).enumerate() {
            let page = world.read(path).await.succeeded();
            assert_eq!((items(&page).len(), &page["count"]), (count, &json!(count)), "{path}");
            let number = i64::try_from(at).expect("a number") + 1;
            let expected = (if number < 3 { link(number + 1) } else { Value::Null }, if number > 1 { link(number - 1) } else { Value::Null });
            assert_eq!((page["next_url"].clone(), page["previous_url"].clone()), expected, "{path}");
            seen.extend(items(&page).iter().map(|item| item["id"].clone()));
        }
        assert_eq!(json!(seen), json!(world.ids("v3/kpi?title=eget").await));
        // Version 2 leaves the key out, and who follows its links reads all, once.
        let (mut next, mut ids) = (Some("v2/municipality?per_page=100".to_owned()), Vec::new());
        let mut keys = Vec::new();
        while let Some(path) = next {
            let answer = world.read(&path).await;
            let page = answer.succeeded();
            ids.extend(items(&page).iter().map(|item| item["id"].as_str().expect("an id").to_owned()));
            keys.push(["\"next_page\"", "\"previous_page\""].map(|key| answer.body.contains(key)));
            next = page["next_page"].as_str().map(|link| link.strip_prefix(&format!("{base}/")).expect(link).to_owned());
        }
        assert_eq!(keys, [[true, false], [true, true], [true, true], [false, true]]);
        assert_eq!(ids, world.ids("v2/municipality").await);
        // Exactly full pages have no next one.
        let full = world.read("v3/municipality?per_page=312").await.succeeded();
        assert_eq!((items(&full).len(), &full["next_url"]), (312, &Value::Null));
        // More than the most is the most; a repeated number is the last one.
        assert_eq!(world.items("v3/municipality?per_page=999999").await.len(), 312);
        assert_eq!(world.items("v3/municipality?per_page=2&page=1&per_page=3").await.len(), 3);
        assert_eq!(world.items("v3/municipality?per_page=&page=").await.len(), 312);
    }

    async fn links_carry_every_filter(world) {
        let base = format!("http://{}/kolada/v3", world.app.address);
        for (path, expected) in [
            ("data/?kpi_id=U0580001&kpi_id=U0580002&year=2017&from_date=2020-01-01&per_page=2&page=2", "data/?kpi_id=U0580001&kpi_id=U0580002&year=2017&from_date=2020-01-01&page=3&per_page=2"),
            ("data/kpi/U0580001,%20U0580002/year/2016,2017,2018/?per_page=1&page=2&other=%C3%A5", "data/kpi/U0580001,%20U0580002/year/2016,2017,2018/?other=%C3%A5&page=3&per_page=1"),
            ("municipality?title=%E4&region_type=K&per_page=1&page=2&&", "municipality?title=%E4&region_type=K&page=3&per_page=1"),
        ] {
            let page = world.read(&format!("v3/{path}")).await.succeeded();
            assert_eq!(page["next_url"], format!("{base}/{expected}"));
            let next = expected.replace("page=3", "page=1");
            assert_eq!(page["previous_url"], format!("{base}/{next}"));
        }
        // Following them reads what one large page has.
        let all = world.lines("v3/data/?kpi_id=U0580001&kpi_id=U0580002&from_date=2020-01-01").await;
        let (mut next, mut followed) = (Some("v3/data/?kpi_id=U0580001&kpi_id=U0580002&from_date=2020-01-01&per_page=3".to_owned()), Vec::new());
        while let Some(path) = next {
            let page = world.read(&path).await.succeeded();
            assert!(items(&page).len() <= 3);
            followed.extend(lines(&items(&page)));
            next = page["next_url"].as_str().and_then(|link| link.split_once("/kolada/")).map(|(_, path)| path.to_owned());
        }
        assert_eq!(followed, all);
    }

    async fn what_cannot_be_read_is_refused_in_the_form_of_the_version(world) {
        for path in ["", "/", "/nothing", "/kpi/N1/more", "/data/kpi/N1/ou/V1", "/data/kpi", "/data/kpi/N1/year", "/datan/kpi/N1/year/2017", "/docsx"] {
            for version in ["v2", "v3"] {
                let answer = world.read(&format!("{version}{path}")).await;
                assert_eq!((answer.status.as_u16(), answer.json()), (404, json!({ "detail": "Not Found" })), "{version}{path}");
                assert_eq!(answer.header("content-type"), "application/json");
            }
        }
        // Version 2 asks for two of the three, and knows no form with parameters.
        for path in ["v2/data/kpi/U0580001", "v2/data", "v2/data/?kpi_id=U0580001&year=2017", "v2/oudata/ou/V00E0580-3102"] {
            assert_eq!(world.read(path).await.status, 404, "{path}");
        }
        assert!(!world.items("v3/data/kpi/U0580001").await.is_empty());
        for (path, place, name) in [
            ("data/kpi/N1/year/abc", "path", "year"),
            ("data/kpi/N1/year/2017,20x8", "path", "year"),
            ("data/kpi/N1/year/0", "path", "year"),
            ("data/kpi/N1/year/99999999999999999999", "path", "year"),
            ("data/kpi/N1/year/2017?from_date=igår", "query", "from_date"),
            ("data/kpi/N1/year/2017?from_date=2026-02-30", "query", "from_date"),
            ("kpi?page=0", "query", "page"),
            ("kpi?page=-1", "query", "page"),
            ("kpi?page=1.5", "query", "page"),
            ("kpi?page=99999999999999999999", "query", "page"),
            ("kpi?per_page=0", "query", "per_page"),
            ("kpi?per_page=alla", "query", "per_page"),
        ] {
            let three = world.read(&format!("v3/{path}")).await;
            assert_eq!(three.status, 422, "{path}: {}", three.body);
            assert_eq!(three.json()["detail"][0]["loc"], json!([place, name]), "{path}");
            let two = world.read(&format!("v2/{path}")).await;
            assert_eq!(two.status, 400, "{path}: {}", two.body);
            assert!(two.json()["detail"].as_str().is_some_and(|detail| detail.starts_with(name)), "{path}: {}", two.body);
        }
        let query = world.read("v3/data/?year=abc").await;
        assert_eq!((query.status.as_u16(), &query.json()["detail"][0]["loc"]), (422, &json!(["query", "year"])));
    }

    async fn only_reading_is_possible(world) {
        for version in ["v2", "v3"] {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                for path in ["kpi", "data/kpi/N1/year/2017", "nothing"] {
                    let answer = send(&world, method.clone(), &format!("{version}/{path}"), &[]).await;
                    assert_eq!((answer.status.as_u16(), answer.json()), (405, json!({ "detail": "Method Not Allowed" })), "{method} {path}");
                    assert_eq!(answer.header("allow"), "GET, HEAD, OPTIONS");
                    is_open_to_browsers(&answer.headers, path);
                }
            }
            let (get, head) = (world.read(&format!("{version}/kpi")).await, send(&world, Method::HEAD, &format!("{version}/kpi"), &[]).await);
            assert_eq!((head.status.as_u16(), head.body.as_str()), (200, ""));
            for header in ["content-type", "etag", "cache-control"] {
                assert_eq!((get.header(header), get.header(header).is_empty()), (head.header(header), false), "{header}");
            }
        }
    }

    async fn browsers_may_read_from_any_origin(world) {
        for path in ["v3/kpi", "v2/kpi", "v3/nothing", "v2/data/kpi/N1/year/abc", "v3/kpi?page=0", "v3/openapi.json", "v2/openapi.json", "v3/docs/"] {
            let answer = send(&world, Method::GET, path, &[("Origin", "https://example.org")]).await;
            is_open_to_browsers(&answer.headers, path);
        }
        for path in ["v2/kpi", "v3/data/?kpi_id=N1"] {
            let asked = [("Origin", "https://example.org"), ("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "if-none-match")];
            let answer = send(&world, Method::OPTIONS, path, &asked).await;
            assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""), "{path}");
            is_open_to_browsers(&answer.headers, path);
            assert_eq!(answer.header("access-control-allow-methods"), "GET, HEAD, OPTIONS");
            assert_eq!(answer.header("access-control-allow-headers"), "*, Authorization");
        }
    }

    async fn what_has_not_changed_is_not_sent_again(world) {
        for path in ["v3/kpi", "v2/data/kpi/U0580001/year/2017", "v3/municipality?title=a"] {
            let first = world.read(path).await;
            let tag = first.header("etag").to_owned();
            for known in [tag.clone(), format!("W/{tag}"), format!("\"x\", {tag}")] {
                let again = send(&world, Method::GET, path, &[("If-None-Match", &known)]).await;
                assert_eq!((again.status.as_u16(), again.body.as_str(), again.header("etag")), (304, "", tag.as_str()), "{path}: {known}");
                is_open_to_browsers(&again.headers, path);
            }
            let other = send(&world, Method::GET, path, &[("If-None-Match", "\"x\"")]).await;
            assert_eq!((other.status.as_u16(), &other.body), (200, &first.body));
        }
        let path = "v3/data/kpi/U0580001/municipality/0580/year/2017";
        let before = world.read(path).await;
        // A write that publishes nothing, and one that publishes something else.
        load(&world.admin, &[("hemligt", "0580", "2017", "T", json!(1))]).await;
        load(&world.admin, &[("eget-9", "0580", "2017", "T", json!(1))]).await;
        load(&world.other, &[("befolkning", "0581", "2018", "T", json!(1))]).await;
        let known = [("If-None-Match", before.header("etag"))];
        assert_eq!(send(&world, Method::GET, path, &known).await.status, 304);
        for value in [1.5, 2.5, 3.5] {
            load(&world.admin, &[("eget-0", "0580", "2017", "T", json!(value))]).await;
            let after = send(&world, Method::GET, path, &known).await;
            assert_eq!(after.status, 200);
            assert_eq!(items(&after.json())[0]["values"][0]["value"], json!(value));
        }
    }

    async fn long_addresses_work(world) {
        let kpis: Vec<String> = (1..=41).map(|at| format!("U0580{at:03}")).collect();
        let years: Vec<String> = (1970..2025).map(|year| year.to_string()).collect();
        let path = format!("data/kpi/{}/municipality/0580/year/{}", kpis.join(","), years.join(","));
        let lines = world.lines(&format!("v2/{path}")).await;
        assert_eq!(lines.len(), 30 * 5 - 1);
        assert_eq!(world.lines(&format!("v3/{path}")).await, lines);
        let repeated: String = kpis.iter().map(|kpi| format!("kpi_id={kpi}&")).chain(years.iter().map(|year| format!("year={year}&"))).collect();
        assert_eq!(world.lines(&format!("v3/data/?{repeated}municipality_id=0580")).await, lines);
        let many: Vec<String> = (0..9000).map(|at| format!("N{at:05}")).collect();
        assert_eq!(world.ids(&format!("v2/kpi/{}", many.join(","))).await, ["N00945"]);
        let many = format!("v3/data/kpi/{}/year/2017", many.join(","));
        assert_eq!(world.items(&many).await.len(), 3);
    }

    async fn the_page_of_the_contract_is_found_behind_a_prefix_too(world) {
        for version in ["v2", "v3"] {
            let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().expect("a client");
            let answer = http.get(format!("http://{}/kolada/{version}/docs", world.app.address)).send().await.expect("an answer");
            assert_eq!((answer.status().as_u16(), answer.headers()["location"].to_str().expect("text")), (308, "docs/"));
            assert!(world.read(&format!("{version}/docs/")).await.body.contains("<html"));
            let script = world.read(&format!("{version}/docs/swagger-initializer.js")).await;
            assert!(script.body.contains("../openapi.json"), "{}", script.body);
        }
    }
}

async fn closed(kind: Kind) {
    let app = ten(kind, Setup { is_kolada_closed: true, ..Setup::default() }).await;
    let reader = app.role(Role::Reader).await;
    for path in ["v3/kpi", "v2/data/kpi/U0580001/year/2017", "v2/municipality"] {
        for nobody in [app.nobody(), app.bearer(MUNICIPALITY, "x"), app.bearer(MUNICIPALITY, "")] {
            let refused = nobody.get(&format!("/kolada/{path}")).await;
            assert_eq!(
                (refused.status.as_u16(), refused.json()),
                (401, json!({ "detail": "Not authenticated" })),
                "{path}"
            );
            assert_eq!(refused.header("www-authenticate"), "Bearer");
            is_open_to_browsers(&refused.headers, path);
        }
        let answer = reader.get(&format!("/kolada/{path}")).await;
        assert!(!items(&answer.succeeded()).is_empty(), "{path}");
        assert_eq!(answer.header("cache-control"), "private, no-cache");
        let platform = app.client(Role::PlatformAdmin, MUNICIPALITY, &[]).await;
        assert_eq!(platform.get(&format!("/kolada/{path}")).await.status, 200);
        // What was answered to one who may is not given to one who may not.
        assert_eq!(read(&app, path).await.status, 401);
    }
    let preflight = app.nobody().request(Method::OPTIONS, "/kolada/v3/kpi");
    let preflight = app.nobody().send(preflight).await;
    assert_eq!(
        (preflight.status.as_u16(), preflight.header("access-control-allow-headers")),
        (204, "*, Authorization")
    );
    assert_eq!(read(&app, "v3/openapi.json").await.status, 200);
}

#[tokio::test]
async fn a_closed_service_takes_a_token_on_sqlite() {
    closed(Kind::Sqlite).await;
}

#[tokio::test]
async fn a_closed_service_takes_a_token_on_postgres() {
    closed(Kind::Postgres).await;
}

async fn forwarded(kind: Kind) {
    let app = ten(kind, Setup { follows_host: true, ..Setup::default() }).await;
    let own = format!("http://{}", app.address);
    for (headers, base) in [
        (&[][..], own.as_str()),
        (&[("Host", "utfall.example:8080")], "http://utfall.example:8080"),
        (&[("X-Forwarded-Host", "api.utfall.example"), ("X-Forwarded-Proto", "https")], "https://api.utfall.example"),
        (
            &[("X-Forwarded-Host", "a.example"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Prefix", "/nyckeltal/")],
            "https://a.example/nyckeltal",
        ),
        (
            &[("X-Forwarded-Host", "a.example, b.example"), ("X-Forwarded-Prefix", "nyckeltal, inre")],
            "http://a.example/nyckeltal",
        ),
        (&[("X-Forwarded-Host", "a.example"), ("X-Forwarded-Prefix", "/")], "http://a.example"),
    ] {
        for (version, name) in [("v2", "next_page"), ("v3", "next_url")] {
            let nobody = app.nobody();
            let request = nobody.request(Method::GET, &format!("/kolada/{version}/kpi?title=eget&per_page=2"));
            let answer =
                nobody.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await;
            let expected = format!("{base}/kolada/{version}/kpi?title=eget&page=2&per_page=2");
            assert_eq!(answer.succeeded()[name], expected, "{headers:?}");
        }
    }
}

#[tokio::test]
async fn links_follow_the_host_where_no_address_is_configured_on_sqlite() {
    forwarded(Kind::Sqlite).await;
}

#[tokio::test]
async fn links_follow_the_host_where_no_address_is_configured_on_postgres() {
    forwarded(Kind::Postgres).await;
}

#[tokio::test]
async fn a_configured_address_is_not_overruled_by_headers() {
    let app = ten(Kind::Sqlite, Setup::default()).await;
    let nobody = app.nobody();
    let request = nobody.request(Method::GET, "/kolada/v3/kpi?per_page=2").header("X-Forwarded-Host", "evil.example");
    let answer = nobody.send(request).await.succeeded();
    assert_eq!(answer["next_url"], format!("http://{}/kolada/v3/kpi?page=2&per_page=2", app.address));
}
