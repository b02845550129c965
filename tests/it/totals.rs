//! Totals of months: made as an indicator's accumulation says, and refused where it makes none. And every bad row is listed.

use serde_json::{Value, json};
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;

/// Defines an indicator and loads a value for each of some months of 2018.
async fn measured(admin: &Client, key: &str, accumulation: &str, values: &[f64]) {
    let definition = json!({ "name": key, "accumulation": accumulation, "frequency": "month" });
    admin.put(&format!("indicators/{key}"), definition).await.succeeded();
    let row = |(at, value): (usize, &f64)| json!({ "indicator": key, "period": format!("2018-{:02}", at + 1), "value": value });
    let rows: Vec<Value> = values.iter().enumerate().map(row).collect();
    admin.post("observations", json!({ "observations": rows })).await.succeeded();
}

on_both_stores! {
    async fn months_make_totals_as_the_accumulation_says(app) {
        let admin = code_plan(&app).await;
        let months = [10.5, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 100.0, 110.0];
        for (key, accumulation) in [("summed", "sum"), ("mean", "average"), ("last", "last"), ("alone", "none")] {
            measured(&admin, key, accumulation, &months).await;
        }
        let points = async |key: &str, total: &str| {
            let answer = admin.get(&format!("indicators/{key}/series?total={total}")).await.succeeded();
            let points = answer["series"][0]["points"].as_array().unwrap().iter();
            points.map(|point| (point["period"].as_str().unwrap().to_owned(), point["value"].clone())).collect::<Vec<_>>()
        };
        let quarters = |values: [Value; 3]| ["2018-Q1", "2018-Q2", "2018-Q3"].map(str::to_owned).into_iter().zip(values).collect::<Vec<_>>();
        assert_eq!(points("summed", "quarter").await, quarters([json!(60.5), json!(150), json!(240)]));
        assert_eq!(points("mean", "quarter").await, quarters([json!(20.166_667), json!(50), json!(80)]));
        assert_eq!(points("last", "quarter").await, quarters([json!(30), json!(60), json!(90)]));
        assert_eq!(points("summed", "half-year").await, [("2018-H1".to_owned(), json!(210.5))]);
        assert_eq!(points("summed", "year").await, [], "a year without December is no year");
        let problem = admin.get("indicators/alone/series?total=year").await.refused(422);
        assert!(problem["detail"].as_str().unwrap().contains("its accumulation is none"), "{problem}");
        admin.get("series?indicators=summed,alone&total=year").await.refused(422);
        admin.get("indicators/summed/series?total=decade").await.refused(400);
        admin.get("indicators/summed/series?total=year&changedSince=1").await.refused(422);
    }

    async fn every_bad_row_of_observations_is_listed_whatever_is_wrong(app) {
        let admin = code_plan(&app).await;
        measured(&admin, "summed", "sum", &[1.0]).await;
        let csv = "nyckeltal;period;kön;värde;status\nsummed;2018-02;T;2,5;\nsummed;2018-99;T;1;\nnowhere;2018-02;K;1;\n\
                   summed;2018-02;M;1;suppressed\nsummed;2018-02;T;3;\n";
        let request = admin.request(reqwest::Method::POST, "observations").header("Content-Type", "text/csv").body(csv);
        let problem = admin.send(request).await.refused(422);
        let errors = problem["errors"].as_array().unwrap().iter();
        let listed: Vec<_> = errors.map(|error| (error["row"].clone(), error["line"].clone(), error["field"].clone())).collect();
        let expected = [(2, 3, "period"), (3, 4, "indicator"), (4, 5, "value"), (5, 6, "indicator")];
        assert_eq!(listed, expected.map(|(row, line, field)| (json!(row), json!(line), json!(field))));
        assert_eq!(admin.get("observations").await.json()["meta"]["totalRecords"], 1);
    }
}
