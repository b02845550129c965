//! Forecasts that persons enter: put whole, kept with every revision, shown in scorecards before the computed ones.

use super::printed::{Printed, list, text};
use super::{defined, measured, rows, send};
use serde_json::{Value, json};
use utfall_domain::permission::Role;
use utfall_tests::client::Client;
use utfall_tests::on_both_stores;

const PATH: &str = "indicators/anmalningar-barn/forecasts";

fn forecast(made_on: &str, value: f64) -> Value {
    json!({ "period": "2018", "madeOn": made_on, "value": value, "source": "Socialchefen" })
}

/// Puts all forecasts, over those that stand.
async fn put(client: &Client, forecasts: &[Value]) -> Value {
    let standing = client.get(PATH).await;
    let body = json!({ "forecasts": forecasts });
    if standing.status.is_success() {
        client.put_if(PATH, standing.header("etag"), body).await.succeeded()
    } else {
        client.put(PATH, body).await.succeeded()
    }
}

/// The forecasts that the scorecard of 2018 shows: sex, basis, value, day and source.
fn shown(row: &Value) -> Value {
    let line = |one: &Value| json!([one["sex"], one["basis"], one["value"], one["madeOn"], one["source"]]);
    list(row, "forecasts").iter().map(line).collect()
}

async fn scorecard(client: &Client) -> Value {
    rows(client, 2018, &["anmalningar-barn"]).await.remove(0)
}

/// Linköping as it is printed, where what is counted adds up over the year.
async fn summed(client: &Client) {
    let standing = client.get("indicators/anmalningar-barn").await;
    let mut indicator = standing.succeeded();
    indicator["accumulation"] = json!("sum");
    client.put_if("indicators/anmalningar-barn", standing.header("etag"), indicator).await.succeeded();
}

on_both_stores! {
    async fn forecasts_come_back_as_they_were_put(app) {
        let client = measured(&app, &Printed::fixture("linkoping-2018-08")).await;
        client.get(PATH).await.refused(404);
        client.get("indicators/nowhere/forecasts").await.refused(404);
        client.put("indicators/nowhere/forecasts", json!({ "forecasts": [] })).await.refused(404);
        let whole = json!([
            { "organisation": "0580", "period": "2018", "sex": "T", "madeOn": "2018-08-31", "value": 3735, "text": "3 735", "source": "Delår" },
            { "organisation": "committee:SN", "period": "2018-T3", "sex": "K", "madeOn": "2018-08-31", "value": null, "text": "Minska",
              "source": null },
        ]);
        let first = client.put(PATH, json!({ "forecasts": whole })).await;
        assert_eq!((first.status.as_u16(), &first.json()["forecasts"]), (201, &whole));
        let read = client.get(PATH).await;
        assert_eq!((&read.json()["forecasts"], &read.json()["indicator"]), (&whole, &json!("anmalningar-barn")));
        assert!(text(&read.json()["_links"]["self"], "href").ends_with(PATH));
        // The least that a forecast says: for the municipality, in total.
        let least = put(&client, &[json!({ "period": "2018", "madeOn": "2018-04-30", "text": "Öka" })]).await;
        assert_eq!(least["forecasts"][0], json!({ "organisation": "0580", "period": "2018", "sex": "T", "madeOn": "2018-04-30",
                                                  "value": null, "text": "Öka", "source": null }));
        client.put(PATH, json!({ "forecasts": [] })).await.refused(428);
        client.put_if(PATH, first.header("etag"), json!({ "forecasts": [] })).await.refused(412);
    }

    async fn what_is_wrong_is_listed_and_nothing_is_stored(app) {
        let client = measured(&app, &Printed::fixture("linkoping-2018-08")).await;
        let pointers = async |forecasts: Value| {
            let problem = client.put(PATH, json!({ "forecasts": forecasts })).await.refused(422);
            let errors = list(&problem, "errors").iter().map(|error| json!([error["pointer"], error["fault"]]));
            errors.collect::<Value>()
        };
        let nowhere = json!({ "organisation": "committee:NN", "period": "2018", "madeOn": "2018-08-31", "value": 1 });
        let silent = json!({ "period": "2018", "madeOn": "2018-08-30", "source": "Socialchefen" });
        assert_eq!(
            pointers(json!([forecast("2018-08-31", 1.0), forecast("2018-08-31", 2.0), silent, nowhere])).await,
            json!([["/forecasts/1/madeOn", "conflict"], ["/forecasts/2/value", "missing"], ["/forecasts/3/organisation", "unknown-code"]])
        );
        let odd = json!({ "organisation": "Riket", "period": "2018-13", "sex": "F", "madeOn": "augusti", "value": 1 });
        assert_eq!(
            pointers(json!([odd])).await,
            json!([["/forecasts/0/organisation", "format"], ["/forecasts/0/period", "format"], ["/forecasts/0/sex", "format"],
                   ["/forecasts/0/madeOn", "format"]])
        );
        client.put(PATH, json!({ "forecasts": [], "colour": "red" })).await.refused(400);
        client.get(PATH).await.refused(404);
        let reader = app.role(Role::Reader).await;
        reader.put(PATH, json!({ "forecasts": [] })).await.refused(403);
    }

    async fn an_entered_forecast_goes_before_the_computed(app) {
        let client = measured(&app, &Printed::fixture("linkoping-2018-08")).await;
        assert_eq!(shown(&scorecard(&client).await), json!([]));
        summed(&client).await;
        let row = scorecard(&client).await;
        assert_eq!(shown(&row), json!([["T", "computed", 3735, null, "2018-08-YTD"]]));

        put(&client, &[forecast("2018-08-31", 3900.0), forecast("2018-04-30", 3600.0)]).await;
        let row = scorecard(&client).await;
        assert_eq!(shown(&row), json!([["T", "entered", 3900, "2018-08-31", "Socialchefen"]]));
        assert_eq!(row["computedForecast"], 3735, "the computed one stays beside it");
        let table = client.get_as("scorecards/2018/SN", "text/csv").await;
        assert!(table.body.lines().nth(1).expect("a row").ends_with(",3900,entered"), "{}", table.body);

        // A later one for another organisation, period or sex is not the row's; women have their own.
        let mut others = [forecast("2018-10-31", 1.0), forecast("2018-10-31", 2.0), forecast("2018-10-31", 1950.0)];
        (others[0]["organisation"], others[1]["period"], others[2]["sex"]) = (json!("committee:SN"), json!("2018-T3"), json!("K"));
        put(&client, &[others.as_slice(), &[forecast("2018-08-31", 3900.0)]].concat()).await;
        let both = json!([["T", "entered", 3900, "2018-08-31", "Socialchefen"], ["K", "entered", 1950, "2018-10-31", "Socialchefen"]]);
        assert_eq!(shown(&scorecard(&client).await), both);
    }

    async fn the_forecasts_of_a_committee_without_values_are_shown(app) {
        let client = defined(&app, &Printed::fixture("linkoping-2018-08")).await;
        let mut own = forecast("2018-08-31", 12.5);
        own["organisation"] = json!("committee:SN");
        put(&client, &[own]).await;
        assert_eq!(shown(&scorecard(&client).await), json!([["T", "entered", 12.5, "2018-08-31", "Socialchefen"]]));
        let row = json!({ "indicator": "anmalningar-barn", "period": "2017", "value": 10 });
        send(&client, &[row]).await.succeeded();
        assert_eq!(shown(&scorecard(&client).await), json!([]), "the row is the municipality's, and the forecast is not");
    }

    async fn every_revision_is_kept(app) {
        let client = measured(&app, &Printed::fixture("linkoping-2018-08")).await;
        summed(&client).await;
        scorecard(&client).await;
        let mut moments = Vec::new();
        let revisions = [vec![forecast("2018-04-30", 3600.0)], vec![forecast("2018-04-30", 3650.0), forecast("2018-08-31", 3900.0)], vec![]];
        for forecasts in &revisions {
            put(&client, forecasts).await;
            moments.push(chrono::Utc::now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
        }
        let mut seen = Vec::new();
        for moment in &moments {
            let count = list(&client.get(&format!("{PATH}?asOf={moment}")).await.succeeded(), "forecasts").len();
            let card = client.get(&format!("scorecards/2018/SN?asOf={moment}")).await.succeeded();
            let one = &card["groups"][0]["rows"][0]["forecasts"][0];
            seen.push(json!([count, one["basis"], one["value"]]));
        }
        assert_eq!(json!(seen), json!([[1, "entered", 3600], [2, "entered", 3900], [0, "computed", 3735]]));
        // Taken away, they stand as none; they are not as if they had never been.
        assert_eq!(client.get(PATH).await.succeeded()["forecasts"], json!([]));
        let events = client.get("audit-events?limit=1").await.succeeded();
        assert_eq!(events["auditEvents"][0]["action"], "set-indicator-forecasts", "{events}");
    }

    async fn the_forecasts_that_linkoping_prints_are_shown(app) {
        let document = Printed::fixture("linkoping-2018-08");
        let client = measured(&app, &document).await;
        let mut keys = Vec::new();
        for one in document.indicators().iter().filter(|one| !one["forecast"].is_null() && one["forecast"]["text"] != "-") {
            let printed = &one["forecast"];
            let forecast = json!({ "period": printed["period"], "madeOn": "2018-08-31", "value": printed["value"], "text": printed["text"] });
            let path = format!("indicators/{}/forecasts", text(one, "key"));
            client.put(&path, json!({ "forecasts": [forecast] })).await.succeeded();
            keys.push(text(one, "key"));
        }
        let said = |row: &Value| json!([row["forecasts"][0]["basis"], row["forecasts"][0]["value"], row["forecasts"][0]["text"]]);
        let said: Vec<Value> = rows(&client, 2018, &keys).await.iter().map(said).collect();
        assert_eq!(json!(said), json!([["entered", 3735, "3 735"], ["entered", null, "Minska"]]));
    }
}
