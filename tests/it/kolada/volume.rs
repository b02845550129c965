//! Many values: a question stays quick, whatever stands beside what it asks for.

use super::in_both_worlds;
use super::world::{World, define, load};
use sea_orm::{ConnectionTrait, Database};
use serde_json::json;
use std::time::{Duration, Instant};
use utfall_tests::database::Kind;

/// 50 key figures, 20 years and 100 areas: 100,000 values, put behind the service's back.
async fn fill(world: &World) {
    let series = |count: u32| match world.app.kind {
        Kind::Postgres => format!("(SELECT n FROM generate_series(0, {count} - 1) AS g(n))"),
        Kind::Sqlite => format!(
            "(WITH RECURSIVE g(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM g WHERE n + 1 < {count}) SELECT n FROM g)"
        ),
    };
    let publisher = match world.app.kind {
        Kind::Postgres => "SELECT set_config('app.municipality', '0580', true); ",
        Kind::Sqlite => "",
    };
    let from = format!("FROM {} k, {} a, {} y", series(50), series(100), series(20));
    let sql = format!(
        "BEGIN; {publisher}INSERT INTO observation (municipality, indicator, organisation, period, sex, since, until, year, is_deleted, \
         value, status, words, caution, measured_from, measured_to, extracted_on) SELECT '0580', 'i' || CAST(10000 + k.n AS TEXT), \
         CAST(1000 + a.n AS TEXT), CAST(2000 + y.n AS TEXT), 'T', 1, {}, 2000 + y.n, (1 = 0), 1000000 * y.n, 'final', '', '', '', '', '' \
         {from}; INSERT INTO published_value (key_figure, place, year, sex, publisher, precedence, is_unit, is_deleted, value, \
         status, changed_on) SELECT 'N' || CAST(10000 + k.n AS TEXT), CAST(1000 + a.n AS TEXT), 2000 + y.n, 'T', '0580', 1, (1 = 0), \
         (1 = 0), 1000000 * y.n, '', '2020-01-' || CAST(10 + y.n AS TEXT) {from}; COMMIT",
        i64::MAX
    );
    let connection = Database::connect(world.app.database.owner_url.clone()).await.expect("a connection");
    connection.execute_unprepared(&sql).await.expect("values");
    connection.close().await.expect("closed");
}

in_both_worlds! { bare:
    async fn a_hundred_thousand_values_do_not_slow_a_question(world) {
        let indicator = |at: i32| json!({ "key": format!("i{at}"), "name": format!("I {at}"), "source": "Kolada", "sourceKey": format!("N{at}"), "public": true });
        define(&world.admin, (10_000..10_050).map(indicator).collect()).await;
        fill(&world).await;
        let kpis: Vec<String> = (10_000..10_025).map(|at| format!("N{at}")).collect();
        let kpis = kpis.join(",");
        for (path, count) in [
            ("data/kpi/N10007/year/2017".to_owned(), 100),
            ("data/kpi/N10007/municipality/1042".into(), 20),
            ("data/kpi/N10007/municipality/1042/year/2017".into(), 1),
            ("data/municipality/1042/year/2017".into(), 50),
            ("data/kpi/N10007/municipality/1042/year/2017?from_date=2020-01-01".into(), 1),
            ("data/municipality/1042/year/2019?from_date=2020-01-29".into(), 50),
            (format!("data/kpi/{kpis}/municipality/1042,1043/year/2017,2018"), 100),
            (format!("data/kpi/{kpis}/year/2017,2018"), 5000),
            ("data/?kpi_id=N10007".into(), 2000),
            ("data/?municipality_id=1042".into(), 1000),
            ("data/?year=2019&page=1&per_page=100".into(), 100),
            ("data/?from_date=2020-01-29".into(), 5000),
            ("data/?from_date=2020-01-01&page=20".into(), 5000),
            ("data/?from_date=2020-01-30".into(), 0),
        ] {
            let began = Instant::now();
            let rows = world.items(&format!("v3/{path}")).await;
            let took = began.elapsed();
            println!("{:?}: {took:?} for {} rows of {}", world.app.kind, rows.len(), &path[..path.len().min(80)]);
            assert_eq!(rows.len(), count, "{path}");
            assert!(took < Duration::from_secs(3), "{took:?}: {path}");
        }
        // Nor does it slow a write of one value, or of one that is deleted.
        for value in [json!(0.5), json!("deleted")] {
            let began = Instant::now();
            load(&world.admin, &[("i10007", "0580", "2017", "T", value.clone())]).await;
            let took = began.elapsed();
            println!("{:?}: {took:?} for a write of {value}", world.app.kind);
            assert!(took < Duration::from_secs(2), "{took:?}: {value}");
        }
        assert_eq!(world.items("v3/data/?kpi_id=N10007").await.len(), 2000);
    }
}
