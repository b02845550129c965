//! `utfall demo`: Linköping's real figures through the API's own code path, printed, and served.

use super::Failure;
use super::serve;
use super::settings::ServeSettings;
use super::token::Asked;
use crate::app;
use crate::demo::linkoping::{self, COMMITTEE, MUNICIPALITY};
use crate::state::{BASE, State};
use actix_http::Request;
use actix_web::body::MessageBody;
use actix_web::dev::{Service, ServiceResponse};
use actix_web::test::{TestRequest, call_service, init_service, read_body};
use actix_web::web::Data;
use serde_json::{Value, json};
use utfall_domain::deviation::Required;
use utfall_domain::permission::Role;
use utfall_domain::text::MunicipalityCode;

/// The demo's file, when no database is named.
const FILE: &str = "utfall-demo.db";

pub(super) async fn run(mut settings: ServeSettings, exit: bool) -> Result<(), Failure> {
    if !settings.store.is_named() {
        settings.store = settings.store.or_file(FILE);
        // The demo's own file begins anew each time.
        for suffix in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{FILE}{suffix}"));
        }
    }
    let store = settings.store.open().await?;
    let code = MunicipalityCode::parse(MUNICIPALITY)?;
    if store.municipality(&code).await?.is_some() {
        return Err(format!("the database holds {MUNICIPALITY} already; the demo writes into an empty one only").into());
    }
    let state = app::state(store, settings.setup()).await?;
    let platform = token(&state, Role::PlatformAdmin).await?;
    let admin = token(&state, Role::Admin).await?;
    let service = init_service(app::app(state.clone(), app::open())).await;
    post(&Caller { service: &service, platform: &platform, admin: &admin }).await?;
    let url = settings.public_url();
    println!("\nToken (administrator of {MUNICIPALITY}, twelve hours):\n\n{admin}\n");
    println!(
        "Addresses:\n  {url}/docs/   the contract, to read and try\n  {url}{BASE}/openapi.json\n  {url}/health/ready\n\
         For Kolada's clients, without a token:\n  {url}/kolada/v3/kpi?title=barn\n  {url}/kolada/v3/data/municipality/{MUNICIPALITY}/year/2017"
    );
    println!(
        "\nTry:\n  curl -H \"Authorization: Bearer $TOKEN\" \\\n    '{url}{BASE}/municipalities/{MUNICIPALITY}/{OPERATING}'\n"
    );
    if exit {
        return Ok(());
    }
    println!("Serving on {}. Stop with Ctrl-C.", settings.listen);
    serve::serve(state, &settings).await
}

const OPERATING: &str = "reports/operating-summary?committee=SN&period=2018-08&by=activity&amountUnit=tkr";
const FORECAST: &str = "reports/forecast-summary?committee=SN&period=2018-08&by=activity&amountUnit=tkr";

const ACTION_PLAN: &str = "action-plans/SN-2018";
const FOLLOW_UP: &str = "follow-ups/SN-2018-08";

async fn token(state: &Data<State>, role: Role) -> Result<String, Failure> {
    let municipality = (role != Role::PlatformAdmin).then(|| MUNICIPALITY.to_owned());
    let asked = Asked { subject: "demo".into(), role, municipality, committees: Vec::new() };
    asked.token(&state.store, &state.issuer, 12 * 60).await
}

/// Calls the service in process, as a client would over HTTP.
struct Caller<'a, S> {
    service: &'a S,
    platform: &'a str,
    admin: &'a str,
}

impl<S, B> Caller<'_, S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    async fn call(&self, request: TestRequest, token: &str) -> Result<Value, Failure> {
        let request = request.insert_header(("Authorization", format!("Bearer {token}"))).to_request();
        let response = call_service(self.service, request).await;
        let status = response.status();
        let body = read_body(response).await;
        let body: Value = serde_json::from_slice(&body)?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(format!("{status}: {} {}", body["detail"], body["errors"]).into())
        }
    }

    async fn put(&self, path: &str, content_type: &str, body: String) -> Result<Value, Failure> {
        let token = if path.is_empty() { self.platform } else { self.admin };
        let path = format!("{BASE}/municipalities/{MUNICIPALITY}{}{path}", if path.is_empty() { "" } else { "/" });
        let request = TestRequest::put().uri(&path).insert_header(("Content-Type", content_type.to_owned()));
        self.call(request.set_payload(body), token).await
    }

    async fn post(&self, path: &str, body: String) -> Result<Value, Failure> {
        let path = format!("{BASE}/municipalities/{MUNICIPALITY}/{path}");
        let request = TestRequest::post().uri(&path).insert_header(("Content-Type", "application/json"));
        let request = request.insert_header(("Idempotency-Key", uuid::Uuid::new_v4().to_string()));
        self.call(request.set_payload(body), self.admin).await
    }

    async fn get(&self, path: &str) -> Result<Value, Failure> {
        let path = format!("{BASE}/municipalities/{MUNICIPALITY}/{path}");
        self.call(TestRequest::get().uri(&path), self.admin).await
    }
}

async fn post<S, B>(caller: &Caller<'_, S>) -> Result<(), Failure>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    for (path, body) in [
        ("", r#"{"name":"Linköping"}"#.to_owned()),
        ("committees", linkoping::COMMITTEES.to_owned()),
        ("accounts", linkoping::ACCOUNTS.to_owned()),
        ("units", linkoping::UNITS.to_owned()),
        ("activities", linkoping::activities()),
        ("deviation-policies/SN", linkoping::POLICY.to_owned()),
    ] {
        caller.put(path, "application/json", body).await?;
    }
    let outcome = "outcomes/2018-08/ledger?basis=accumulated&amountUnit=tkr";
    for (path, csv) in [
        ("outcomes/2017-08/ledger?basis=accumulated&amountUnit=tkr", linkoping::delivery(|a| a.outcome_previous)),
        ("outcomes/2017-12/ledger?basis=accumulated&amountUnit=tkr", linkoping::delivery(|a| a.closing_previous)),
        ("budgets/2018/original?amountUnit=tkr", linkoping::budget()),
        ("forecasts/2018-08/controller?amountUnit=tkr", linkoping::delivery(|a| a.forecast)),
    ] {
        caller.put(path, "text/csv", csv).await?;
    }
    let receipt = caller.put(outcome, "text/csv", linkoping::delivery(|a| a.outcome)).await?;
    plan_measures(caller, &receipt).await?;
    steering(caller, &receipt).await?;
    caller.put("indicators", "application/json", linkoping::INDICATORS.to_owned()).await?;
    caller.post("observations", linkoping::OBSERVATIONS.to_owned()).await?;
    println!("\nLinköping, {COMMITTEE}: Resultat 31 augusti 2018, tkr");
    print_report(&caller.get(OPERATING).await?);
    println!("\nPrognos resultat 2018, tkr");
    print_report(&caller.get(FORECAST).await?);
    println!("\nDeviation cases that the posting of 2018-08 opened, kr");
    for case in receipt["deviations"].as_array().into_iter().flatten() {
        let text = |field: &str| case[field].as_str().unwrap_or_default().to_owned();
        println!(
            "  {:<10} {:<6} {:>14}  {}",
            text("level"),
            text("code"),
            case["amount"].to_string(),
            text("required")
        );
    }
    Ok(())
}

/// Proposes an action plan that answers every deficit of the posting, without which the follow-up could not be submitted.
async fn plan_measures<S, B>(caller: &Caller<'_, S>, receipt: &Value) -> Result<(), Failure>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let mut plan: Value = serde_json::from_str(linkoping::ACTION_PLAN)?;
    let cases = receipt["deviations"].as_array().into_iter().flatten();
    let deficits = cases.filter(|case| case["required"] == Required::ActionPlan.code());
    plan["answers"] = deficits.map(|case| case["deviationId"].clone()).collect();
    caller.put(&format!("{ACTION_PLAN}/versions/1"), "application/json", plan.to_string()).await?;
    caller.post(&format!("{ACTION_PLAN}/versions/1/proposals"), "{}".into()).await?;
    Ok(())
}

/// Loads the goal chain, submits the interim report with every deviation explained, and prints both.
async fn steering<S, B>(caller: &Caller<'_, S>, receipt: &Value) -> Result<(), Failure>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = actix_web::Error>,
    B: MessageBody,
{
    let model = linkoping::STEERING_MODEL;
    for (path, body) in [("steering-models", linkoping::STEERING), ("goal-chains", linkoping::GOAL_CHAIN)] {
        caller.put(&format!("{path}/{model}"), "application/json", body.to_owned()).await?;
    }
    let mut follow_up: Value = serde_json::from_str(linkoping::FOLLOW_UP)?;
    let cases = receipt["deviations"].as_array().into_iter().flatten();
    let explained = cases.map(|case| {
        let text = format!("Avvikelsen för {} förklaras i rapporten.", case["code"].as_str().unwrap_or_default());
        json!({ "deviationId": case["deviationId"], "text": text })
    });
    follow_up["explanations"] = explained.collect();
    caller.put(&format!("{FOLLOW_UP}/editions/1"), "application/json", follow_up.to_string()).await?;
    caller.post(&format!("{FOLLOW_UP}/editions/1/submissions"), "{}".into()).await?;
    let submitted = caller.get(FOLLOW_UP).await?;
    print_chain(&caller.get(&format!("goal-chains/{model}")).await?, &submitted);
    Ok(())
}

/// Prints a chain, each goal under its parent, with how it came out in a follow-up.
fn print_chain(chain: &Value, follow_up: &Value) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    println!(
        "Linköping, {COMMITTEE}: the goal chain, and how it comes out in {}",
        text(&follow_up["content"]["title"])
    );
    let outcome = |code: &Value| {
        let outcomes = follow_up["outcomes"].as_array().into_iter().flatten();
        outcomes.filter(|one| one["goal"] == *code).map(|one| text(&one["status"])).next().unwrap_or_default()
    };
    for goal in chain["goals"].as_array().into_iter().flatten() {
        let indent = if goal["placements"][0]["parent"].is_null() { "" } else { "    " };
        let title: String = text(&goal["title"]).chars().take(84).collect();
        let line = format!("  {indent}{title:<width$} {}", outcome(&goal["code"]), width = 88 - indent.len());
        println!("{}", line.trim_end());
    }
    let checks = follow_up["checks"].as_array().into_iter().flatten();
    let checks: Vec<String> =
        checks.map(|check| format!("{} {}", text(&check["check"]), text(&check["state"]))).collect();
    println!("  The follow-up is {}: {}", text(&follow_up["state"]), checks.join(", "));
}

fn print_report(report: &Value) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let columns = list(&report["columns"]);
    print!("  {:<40}", "");
    for column in &columns {
        print!("{:>21}", column["key"].as_str().unwrap_or_default());
    }
    println!();
    let line = |label: &str, values: &Value| {
        print!("  {label:<40}");
        for column in &columns {
            let value = &values[column["key"].as_str().unwrap_or_default()];
            print!("{:>21}", if value.is_null() { "-".into() } else { value.to_string() });
        }
        println!();
    };
    for row in list(&report["rows"]) {
        line(row["label"].as_str().unwrap_or_default(), &row["values"]);
    }
    line("Summa", &report["total"]["values"]);
}
