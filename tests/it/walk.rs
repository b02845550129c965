//! Every operation of the contract is walked, on both databases: what it refuses and what it answers. The list of operations is
//! the contract's own, so none can be left out.

mod answers;
mod bodies;
mod framework;
mod fuzzed;
mod pages;
mod repeats;
mod rights;
mod tokens;

use crate::document::{Document, Operation};
use crate::schema::Schemas;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use utfall_domain::permission::Role;
use utfall_tests::app::{MUNICIPALITY, OTHER, TestApp};
use utfall_tests::client::{Answer, Client};
use utfall_tests::scenario::{august, before_august};

/// A municipality that has something of everything, and where each operation finds it.
pub struct World {
    pub app: TestApp,
    pub document: Document,
    pub schemas: &'static Schemas,
    /// Where each operation is called, by its id.
    places: BTreeMap<&'static str, String>,
    pub admin: Client,
    pub platform: Client,
    calls: AtomicUsize,
}

impl World {
    pub async fn new(app: TestApp) -> Self {
        let admin = before_august(&app).await;
        let receipt = august(&admin).await.succeeded();
        let id = |answer: &Value, field: &str| answer[field].as_str().expect(field).to_owned();
        // A case that stays open whatever the walk puts.
        let case =
            receipt["deviations"].as_array().expect("cases").iter().find(|case| case["code"] == "HVBU").expect("HVBU");
        let (posting, case) = (id(&receipt, "postingId"), id(case, "deviationId"));
        let spare = admin.put_csv("outcomes/2016-01/spare", "account;unit;amount\n4551;3102;1\n").await.succeeded();
        let new = "account;unit;project;amount\n4551;3102;P1;7,50\n";
        let held = admin.put_csv("outcomes/2016-02/spare?onUnknownCode=quarantine", new).await.succeeded();
        let projects = json!({ "projects": [{ "code": "P1", "name": "Ny gruppbostad" }] });
        admin.put("projects", projects).await.succeeded();
        admin.put("month-locks/2015-01/SN", json!({ "locked": true, "reason": "Beslutad." })).await.succeeded();
        steering(&app, &admin).await;
        indicators(&admin).await;
        planning(&admin).await;
        action_plans(&app, &admin).await;
        admin.put("clients/hypergene", example("putClient")).await.succeeded();
        admin.put("clients/hypergene/secrets/first", example("putClientSecret")).await.succeeded();
        app.create(OTHER, "Norrköping").await;
        let document = Document::new();
        let schemas = Schemas::of_the_contract();
        let platform = app.client(Role::PlatformAdmin, MUNICIPALITY, &[]).await;
        let places = places(&posting, &case, &id(&spare, "postingId"), &id(&held, "postingId"));
        Self { app, document, schemas, places, admin, platform, calls: AtomicUsize::new(0) }
    }

    pub fn operations(&self) -> Vec<Operation<'_>> {
        self.document.operations()
    }

    /// Where an operation is called, under the service's root, with its query.
    pub fn place(&self, operation: &Operation) -> String {
        let id = operation.id();
        let place =
            self.places.get(id).unwrap_or_else(|| panic!("{id} is not in the table of the walk: add where to call it"));
        match place.as_str() {
            place if place.starts_with('/') => format!("/utfall/v1{place}"),
            "" => format!("/utfall/v1/municipalities/{MUNICIPALITY}"),
            place => format!("/utfall/v1/municipalities/{MUNICIPALITY}/{place}"),
        }
    }

    /// Who may do everything that an operation asks for.
    pub fn entitled(&self, operation: &Operation) -> &Client {
        if operation.right() == Some("municipalities") { &self.platform } else { &self.admin }
    }

    /// A call of an operation as it is meant to be made.
    pub fn request(&self, client: &Client, operation: &Operation) -> RequestBuilder {
        call_at(client, operation, &self.place(operation))
    }

    /// Sends, and counts.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.admin.send(request).await
    }

    /// Sends a call that must be refused as the profile says: a problem that names its path, with trace and nosniff.
    #[track_caller]
    fn refused(&self, operation: &Operation, answer: &Answer, status: u16, why: &str) {
        let name = format!("{} {} ({why})", operation.id(), self.place(operation));
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.body);
        let problem = is_problem(answer, &self.place(operation), &name);
        let schema = json!({ "$ref": "#/components/schemas/Problem" });
        assert_eq!(self.schemas.faults(&schema, &problem), Vec::<String>::new(), "{name}: {problem}");
        let statuses: Vec<&str> = operation.responses().map(|(status, _)| status).collect();
        assert!(statuses.contains(&&*status.to_string()), "{name}: the contract does not list {status}");
    }

    fn report(&self, what: &str) {
        let calls = self.calls.load(Ordering::Relaxed);
        println!("walk, {:?}: {what}: {} operations, {calls} calls", self.app.kind, self.operations().len());
    }
}

/// A call of an operation at a place, with the contract's own example as its body.
pub fn call_at(client: &Client, operation: &Operation, place: &str) -> RequestBuilder {
    let request = client.request(method(operation), place);
    match json_example(operation) {
        Some(example) => request.json(example),
        None => request,
    }
}

/// Where each operation is called. What a body holds is the contract's example.
fn places(posting: &str, case: &str, spare: &str, held: &str) -> BTreeMap<&'static str, String> {
    let report = "committee=SN&period=2018-08&amountUnit=tkr";
    let mut places: BTreeMap<&'static str, String> = [
        ("getApiInfo", "/api-info".to_owned()),
        ("listMunicipalities", "/municipalities".into()),
        ("getMunicipality", String::new()),
        ("putMunicipality", String::new()),
        ("getBudget", "budgets/2018/original".into()),
        ("putBudget", "budgets/2018/walked".into()),
        ("getOutcome", "outcomes/2018-08/ledger".into()),
        ("putOutcome", "outcomes/2018-08/walked".into()),
        ("getForecast", "forecasts/2018-08/controller".into()),
        ("putForecast", "forecasts/2018-08/walked".into()),
        ("listPostings", "postings".into()),
        ("getPosting", format!("postings/{posting}")),
        ("listPostingChanges", format!("postings/{posting}/changes")),
        ("listPostingEntries", format!("postings/{posting}/entries")),
        ("getPostingFile", format!("postings/{posting}/file")),
        ("withdrawPosting", format!("postings/{spare}/withdrawals")),
        ("releasePosting", format!("postings/{held}/releases")),
        ("listMonthLocks", "month-locks".into()),
        ("getMonthLock", "month-locks/2015-01/SN".into()),
        ("putMonthLock", "month-locks/2015-01/SN".into()),
        ("getOperatingSummary", format!("reports/operating-summary?{report}")),
        ("getForecastSummary", format!("reports/forecast-summary?{report}")),
        ("getDeviationPolicy", "deviation-policies/SN".into()),
        ("putDeviationPolicy", "deviation-policies/SN".into()),
        ("listDeviations", "deviations".into()),
        ("getDeviation", format!("deviations/{case}")),
        ("listDeviationExplanations", format!("deviations/{case}/explanations")),
        ("explainDeviation", format!("deviations/{case}/explanations")),
        ("listEscalations", "escalations".into()),
        ("listClients", "clients".into()),
        ("getClient", "clients/hypergene".into()),
        ("putClient", "clients/hypergene".into()),
        ("listClientSecrets", "clients/hypergene/secrets".into()),
        ("getClientSecret", "clients/hypergene/secrets/first".into()),
        ("putClientSecret", "clients/hypergene/secrets/first".into()),
        ("listAuditEvents", "audit-events".into()),
    ]
    .into();
    places.extend(PLANNING.map(|(operation, place)| (operation, place.to_owned())));
    places.extend(ACTION_PLANS.map(|(operation, place)| (operation, place.to_owned())));
    places.extend(INDICATORS.map(|(operation, place)| (operation, place.to_owned())));
    places.extend(STEERING.map(|(operation, place)| (operation, place.to_owned())));
    for (list, put, path) in LISTS {
        places.insert(list, path.to_owned());
        places.insert(put, path.to_owned());
    }
    places
}

/// The steering of the world: what is put at these places is the contract's examples.
const STEERING: [(&str, &str); 33] = [
    ("listSteeringModels", "steering-models"),
    ("getSteeringModel", "steering-models/modell"),
    ("putSteeringModel", "steering-models/modell"),
    ("getGoalChain", "goal-chains/modell"),
    ("putGoalChain", "goal-chains/modell"),
    ("listGoals", "goals"),
    ("getGoal", "goals/nm-stod"),
    ("putGoal", "goals/nm-nytt"),
    ("withdrawGoal", "goals/overgivet/withdrawals"),
    ("listGoalAssessments", "goals/nm-stod/assessments"),
    ("listAssignments", "assignments"),
    ("listStatusComments", "assignments/su-e-tjanster/status-comments"),
    ("addStatusComment", "assignments/su-e-tjanster/status-comments"),
    ("listPlans", "plans"),
    ("getPlan", "plans/SN-2018"),
    ("listPlanVersions", "plans/SN-2018/versions"),
    ("getPlanVersion", "plans/SN-2018/versions/1"),
    ("putPlanVersion", "plans/SN-2018/versions/1"),
    ("listPlanDifferences", "plans/SN-2018/differences"),
    ("proposePlan", "plans/to-propose/versions/1/proposals"),
    ("returnPlan", "plans/to-return/versions/1/returns"),
    ("decidePlan", "plans/to-decide/versions/1/decisions"),
    ("listFollowUps", "follow-ups"),
    ("getFollowUp", "follow-ups/SN-2018-08"),
    ("listFollowUpEditions", "follow-ups/SN-2018-08/editions"),
    ("getFollowUpEdition", "follow-ups/SN-2018-08/editions/1"),
    ("putFollowUpEdition", "follow-ups/SN-2018-08/editions/1"),
    ("submitFollowUp", "follow-ups/to-submit/editions/1/submissions"),
    ("decideFollowUp", "follow-ups/to-decide/editions/1/decisions"),
    ("listInternalControlPlans", "internal-control-plans"),
    ("getInternalControlPlan", "internal-control-plans/2018/SN"),
    ("putInternalControlPlan", "internal-control-plans/2018/SN"),
    ("getGoalCoverage", "reports/goal-coverage"),
];

/// The indicators of the world: what is put at these places is the contract's examples.
const INDICATORS: [(&str, &str); 15] = [
    ("listIndicators", "indicators"),
    ("putIndicators", "indicators"),
    ("getIndicator", "indicators/sjukfranvaro"),
    ("putIndicator", "indicators/sjukfranvaro"),
    ("getIndicatorTargets", "indicators/sjukfranvaro/targets"),
    ("putIndicatorTargets", "indicators/sjukfranvaro/targets"),
    ("getIndicatorForecasts", "indicators/sjukfranvaro/forecasts"),
    ("putIndicatorForecasts", "indicators/sjukfranvaro/forecasts"),
    ("listObservations", "observations"),
    ("loadObservations", "observations"),
    ("listSeries", "series?indicators=sjukfranvaro"),
    ("getIndicatorSeries", "indicators/sjukfranvaro/series"),
    ("listScorecards", "scorecards"),
    ("getScorecard", "scorecards/2018/SN"),
    ("putScorecard", "scorecards/2018/SN"),
];

/// Frames, volumes, layouts, forecasts and their reports: what is put at these places is the contract's examples.
const PLANNING: [(&str, &str); 31] = [
    ("listFrames", "frames"),
    ("getFrame", "committees/SN/frames/2018"),
    ("putFrame", "committees/SN/frames/2018"),
    ("listFrameTransfers", "frame-transfers"),
    ("getFrameTransfer", "frame-transfers/bosocialt"),
    ("putFrameTransfer", "frame-transfers/bosocialt"),
    ("getInvestmentFrame", "committees/SN/investment-frames/2018"),
    ("putInvestmentFrame", "committees/SN/investment-frames/2018"),
    ("getInvestmentTable", "reports/investment-tables?committee=SN&years=2018"),
    ("listBudgetDecisions", "budgets/2018/original/decisions"),
    ("decideBudgetRevision", "budgets/2018/original/decisions"),
    ("listAccrualAdjustments", "accrual-adjustments"),
    ("getAccrualAdjustments", "accrual-adjustments/2018/SN"),
    ("putAccrualAdjustments", "accrual-adjustments/2018/SN"),
    ("getAgreedLevel", "committees/SN/agreed-levels/2018"),
    ("putAgreedLevel", "committees/SN/agreed-levels/2018"),
    ("listVolumeAssumptions", "volume-assumptions"),
    ("getVolumeAssumptions", "volume-assumptions/2018/SN"),
    ("putVolumeAssumptions", "volume-assumptions/2018/SN"),
    ("listReportLayouts", "report-layouts"),
    ("getReportLayout", "report-layouts/drift"),
    ("putReportLayout", "report-layouts/drift"),
    ("getResultStatement", "reports/result-statements?committee=SN&year=2018"),
    ("getActivityBudget", "reports/activity-budgets?committee=SN&year=2018"),
    ("getUnitFrames", "reports/unit-frames?committee=SN&year=2018"),
    ("getForecastProposals", "reports/forecast-proposals?committee=SN&period=2018-08&method=linear"),
    ("adoptForecastProposal", "forecasts/2018-08/adopted/adoptions"),
    ("getForecastAccuracy", "reports/forecast-accuracies?committee=SN&years=2018"),
    ("getBudgetProfile", "reports/budget-profiles?committee=SN&year=2018"),
    ("getForecastAfterMeasures", "reports/forecast-after-measures?committee=SN&period=2018-08"),
    ("listForecastOutcomes", "forecasts/2018-08/controller/outcomes"),
];

/// Puts the examples of planning where operations find them.
async fn planning(admin: &Client) {
    admin.put("committees", example("putCommittees")).await.succeeded();
    for (operation, place) in PLANNING.iter().filter(|(operation, _)| operation.starts_with("put")) {
        admin.put(place, example(operation)).await.succeeded();
    }
}

/// The action plans of the world: what is put at these places is the contract's examples.
const ACTION_PLANS: [(&str, &str); 13] = [
    ("listActionPlans", "action-plans"),
    ("getActionPlan", "action-plans/decided"),
    ("listActionPlanVersions", "action-plans/decided/versions"),
    ("getActionPlanVersion", "action-plans/decided/versions/1"),
    ("putActionPlanVersion", "action-plans/drafted/versions/1"),
    ("proposeActionPlan", "action-plans/to-propose/versions/1/proposals"),
    ("returnActionPlan", "action-plans/to-return/versions/1/returns"),
    ("decideActionPlan", "action-plans/to-decide/versions/1/decisions"),
    ("closeActionPlan", "action-plans/to-close/versions/1/closures"),
    ("listMeasures", "action-plans/decided/measures"),
    ("listActionPlanEffects", "action-plans/decided/effects"),
    ("getActionPlanEffects", "action-plans/decided/effects/2018-11"),
    ("putActionPlanEffects", "action-plans/decided/effects/2018-11"),
];

/// Puts an action plan for each act, and a report on the decided one.
async fn action_plans(app: &TestApp, admin: &Client) {
    let secretary = app.role(Role::Secretary).await;
    for plan in ["drafted", "to-propose", "to-return", "to-decide", "to-close", "decided"] {
        let version = format!("action-plans/{plan}/versions/1");
        admin.put(&version, example("putActionPlanVersion")).await.succeeded();
        if plan.starts_with("to-") && plan != "to-propose" || plan == "decided" {
            secretary.post(&format!("{version}/proposals"), json!({})).await.succeeded();
        }
        if matches!(plan, "to-close" | "decided") {
            admin.post(&format!("{version}/decisions"), example("decideActionPlan")).await.succeeded();
        }
    }
    admin.put("action-plans/decided/effects/2018-11", example("putActionPlanEffects")).await.succeeded();
}

/// The contract's example of an operation's body.
fn example(id: &str) -> Value {
    let document = Document::new();
    let operations = document.operations();
    let operation = operations.iter().find(|operation| operation.id() == id).expect(id);
    json_example(operation).expect("an example").clone()
}

/// Puts the examples of indicators where operations find them.
async fn indicators(admin: &Client) {
    for id in ["putIndicator", "putIndicatorTargets", "putIndicatorForecasts", "putScorecard"] {
        let (_, place) = INDICATORS.iter().find(|(operation, _)| *operation == id).expect(id);
        admin.put(place, example(id)).await.succeeded();
    }
    admin.post("observations", example("loadObservations")).await.succeeded();
}

/// Puts the examples of steering where operations find them, with a plan and a follow-up for each act.
async fn steering(app: &TestApp, admin: &Client) {
    let model = example("putSteeringModel");
    for path in ["steering-models/modell", "steering-models/annan"] {
        admin.put(path, model.clone()).await.succeeded();
    }
    admin.put("goal-chains/modell", example("putGoalChain")).await.succeeded();
    let other = json!({ "goals": [
        { "code": "su-e-tjanster", "level": "uppdrag", "title": "Fler e-tjänster", "responsibles": [{ "committee": "SN" }],
          "placements": [{}] },
        { "code": "overgivet", "level": "kf-mal", "title": "Ett mål att överge", "placements": [{}] },
    ] });
    admin.put("goal-chains/annan", other).await.succeeded();
    let secretary = app.role(Role::Secretary).await;
    for plan in ["SN-2018", "to-propose", "to-return", "to-decide"] {
        admin.put(&format!("plans/{plan}/versions/1"), example("putPlanVersion")).await.succeeded();
    }
    for plan in ["to-return", "to-decide"] {
        secretary.post(&format!("plans/{plan}/versions/1/proposals"), json!({})).await.succeeded();
    }
    admin.put("follow-ups/SN-2018-08/editions/1", example("putFollowUpEdition")).await.succeeded();
    let mut whole = example("putFollowUpEdition");
    (whole["period"], whole["cutOff"]) = (json!("2014-08"), json!("2014-08-31"));
    let second = json!({ "goal": "nm-nytt", "basis": "expected", "label": "gron" });
    whole["assessments"].as_array_mut().expect("assessments").push(second);
    for follow_up in ["to-submit", "to-decide"] {
        admin.put(&format!("follow-ups/{follow_up}/editions/1"), whole.clone()).await.succeeded();
    }
    admin.post("follow-ups/to-decide/editions/1/submissions", json!({})).await.succeeded();
    admin.put("internal-control-plans/2018/SN", example("putInternalControlPlan")).await.succeeded();
}

const LISTS: [(&str, &str, &str); 10] = [
    ("listCommittees", "putCommittees", "committees"),
    ("listAccounts", "putAccounts", "accounts"),
    ("listUnits", "putUnits", "units"),
    ("listActivities", "putActivities", "activities"),
    ("listProjects", "putProjects", "projects"),
    ("listSpecifications", "putSpecifications", "specifications"),
    ("listWorkOrders", "putWorkOrders", "work-orders"),
    ("listObjects", "putObjects", "objects"),
    ("listCounterparties", "putCounterparties", "counterparties"),
    ("listPeriodProfiles", "putPeriodProfiles", "period-profiles"),
];

#[test]
fn the_table_of_the_walk_has_every_operation_and_no_other() {
    let document = Document::new();
    let mut operations: Vec<String> = document.operations().iter().map(|operation| operation.id().to_owned()).collect();
    operations.sort_unstable();
    let table: Vec<String> = places("", "", "", "").into_keys().map(str::to_owned).collect();
    assert_eq!(operations, table);
}

fn method(operation: &Operation) -> Method {
    operation.method.to_uppercase().parse().expect("a method")
}

/// The contract's example of an operation's JSON body.
fn json_example<'a>(operation: &Operation<'a>) -> Option<&'a Value> {
    let body =
        operation.bodies().into_iter().find(|body| body.status.is_none() && body.media_type == "application/json");
    body.map(|body| *body.examples().first().expect("an example"))
}

/// The path of an address: without its query.
fn path_of(place: &str) -> &str {
    place.split('?').next().unwrap_or(place)
}

/// The problem of an answer to a call of a path.
#[track_caller]
fn is_problem(answer: &Answer, place: &str, name: &str) -> Value {
    let problem = answer.refused(answer.status.as_u16());
    assert_eq!(problem["instance"], path_of(place), "{name}");
    assert!(problem["type"].as_str().is_some_and(|kind| kind.starts_with("https://")), "{name}: {problem}");
    bears_the_common_headers(answer, name);
    problem
}

/// What every answer bears, whatever it says.
#[track_caller]
fn bears_the_common_headers(answer: &Answer, name: &str) {
    let trace: Vec<&str> = answer.header("traceparent").split('-').collect();
    let lengths: Vec<usize> = trace.iter().map(|part| part.len()).collect();
    assert_eq!(lengths, [2, 32, 16, 2], "{name}: traceparent is {:?}", answer.header("traceparent"));
    assert_eq!(answer.header("x-content-type-options"), "nosniff", "{name}");
}
