//! The audit trail: who did what, when and why; refused attempts too.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::word_parameter::word;
use crate::wire::link::Links;
use crate::wire::page::{Page, PageMeta};
use actix_web::get;
use serde::{Deserialize, Serialize};
use utfall_persistence::audit::{self, AuditEvent, EventFilter};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_audit_events);
}

/// En händelse. An event, chained by hash to the one before.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"number": 7, "dataVersion": 7, "recordedAt": "2018-09-05T06:00:00Z", "subject": "raindance",
    "role": "poster", "trace": "4bf92f3577b34da6a3ce929d0e0e4736", "action": "post", "resource": "outcomes/2018-08/ledger",
    "outcome": "done", "reason": "", "detail": "{\"revision\":1}", "previousHash": "", "hash": "9f86d081884c7d65"}))]
struct AuditEventView {
    /// Nummer, utan luckor. The number, without gaps.
    number: i64,
    /// Ändringens nummer. The number of the change that it belongs to.
    data_version: i64,
    /// När. When.
    #[schema(format = "date-time", example = "2018-09-05T06:00:00Z")]
    recorded_at: String,
    /// Vem. Who.
    subject: String,
    /// Roll. In which role.
    #[schema(extensions(("x-enum" = json!(words::ROLES))))]
    role: String,
    /// Anropets spår. The trace of the call.
    trace: String,
    /// Vad. What was done.
    action: String,
    /// Med vad. To what: a path under the municipality.
    resource: String,
    /// done eller refused. Whether it was done or refused.
    #[schema(extensions(("x-enum" = json!(words::AUDIT_OUTCOMES))))]
    outcome: String,
    /// Varför. Why.
    reason: String,
    /// Mer, som JSON-text; ingår i hashen. More, as JSON text; part of what is hashed.
    detail: String,
    /// Föregående händelses hash. The hash of the event before.
    previous_hash: String,
    /// SHA-256 över händelsen och föregående hash. Over this event and the hash before.
    hash: String,
}

impl From<AuditEvent> for AuditEventView {
    fn from(event: AuditEvent) -> Self {
        let recorded_at = event.recorded_at().to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
        let AuditEvent {
            number,
            version,
            subject,
            role,
            trace,
            action,
            resource,
            outcome,
            reason,
            detail,
            previous_hash,
            hash,
            ..
        } = event;
        Self {
            number,
            data_version: version,
            recorded_at,
            subject,
            role,
            trace,
            action,
            resource,
            outcome,
            reason,
            detail,
            previous_hash,
            hash,
        }
    }
}

/// En sida händelser. A page of events, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"auditEvents": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct AuditEventPage {
    /// Händelserna. The events.
    audit_events: Vec<AuditEventView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for AuditEventPage {}

/// Vilka händelser. Which events.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// Vem. Only this subject's.
    subject: Option<String>,
    /// Med vad. Only this resource's.
    resource: Option<String>,
    /// Vad. Only this action.
    action: Option<String>,
    /// done eller refused. Only those done, or refused.
    #[param(inline, value_type = Option<words::AuditOutcomes>)]
    outcome: Option<String>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 1000)]
    limit: Option<i64>,
}

/// List the audit events
///
/// Behandlingshistoriken: varje ändring och varje nekat försök. The audit trail: every change and every refused attempt.
#[utoipa::path(tag = "Audit", params(AuditQuery), extensions(("x-right" = json!("audit"))),
    responses((status = 200, description = "En sida händelser. A page of events.", body = AuditEventPage)))]
#[get("/municipalities/{municipalityCode}/audit-events")]
async fn list_audit_events(call: Call<perm::Audit>) -> Result<Reply<AuditEventPage>, Problem> {
    if call.actor().reach != utfall_domain::permission::Reach::All {
        return Err(Problem::not_found());
    }
    let query: AuditQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let known = |word: &str| words::AUDIT_OUTCOMES.into_iter().find(|known| *known == word);
    let outcome = word("outcome", query.outcome.as_deref(), known, "is not done or refused")?;
    let filter = EventFilter {
        subject: query.subject.unwrap_or_default(),
        resource: query.resource.unwrap_or_default(),
        action: query.action.unwrap_or_default(),
        outcome: outcome.unwrap_or_default().to_owned(),
    };
    let (limit, offset) = page.window();
    let (events, total) = call.read(None, async |scope| audit::events(scope, &filter, limit, offset).await).await?;
    let audit_events: Vec<_> = events.into_iter().map(AuditEventView::from).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, audit_events.len());
    // Events are only added, newest first: what a page holds follows from how many there are.
    Ok(Reply::ok(AuditEventPage { audit_events, meta, links }).version(total))
}
