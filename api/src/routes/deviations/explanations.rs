//! Explanations of cases: what a deviation consists of, and how it differs from the report before.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::moment;
use crate::wire::amount::Amount;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{HttpResponse, get, post};
use serde::{Deserialize, Serialize};
use utfall_domain::deviation::{CauseCode, CauseShare, Explanation};
use utfall_domain::money::Money;
use utfall_domain::period::Period;
use utfall_domain::row_error::Fault;
use utfall_persistence::deviation::deviation;
use utfall_persistence::deviation::explanation::{self, RecordedExplanation};
use utfall_persistence::error::Refusal;
use utfall_persistence::store::Writing;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_deviation_explanations).service(explain_deviation);
}

/// En orsak och dess del. A cause, and its share of the deviation where it is known.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"cause": "volume", "amount": -8_000_000, "text": "Fler placeringar på HVB än budgeterat."}))]
struct CauseView {
    /// Orsakskod. The code of the cause; other takes a text.
    #[schema(extensions(("x-enum" = json!(words::CAUSE_CODES))))]
    cause: String,
    /// Orsakens del av avvikelsen i kronor; positiv är gynnsam. Its share in kronor: positive is favourable.
    amount: Option<Amount>,
    /// Orsaken i ord. The cause in words.
    #[schema(max_length = 2000)]
    text: Option<String>,
}

impl CauseView {
    fn read(&self, at: usize, fields: &mut Fields) -> Option<CauseShare> {
        let cause = fields.word(format!("causes/{at}/cause"), &self.cause, CauseCode::from_code, &CauseCode::CODES);
        let text = fields.text(format!("causes/{at}/text"), self.text.as_deref(), 2000);
        if cause == Some(CauseCode::Other) && text.is_empty() {
            fields.fault(format!("causes/{at}/text"), "", Fault::Missing, "is needed: the cause is other");
        }
        let amount = self.amount.as_ref().and_then(|amount| amount.kronor().ok());
        Some(CauseShare { cause: cause?, amount, text })
    }
}

/// En förklaring att ge. An explanation to give.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"text": "Placeringarna är fler och dyrare än budgeterat.",
    "causes": [{"cause": "volume", "amount": -8_000_000, "text": "Fler placeringar."}, {"cause": "price", "amount": -2_968_000}],
    "difference": "Två nya placeringar sedan juli."}))]
struct ExplanationInput {
    /// Perioden som förklaras; den senast prövade om den utelämnas, och ingen annan tas. The period that is explained: the one that was
    /// evaluated last, and no other.
    #[schema(pattern = "^[0-9]{4}(-(0[1-9]|1[0-3]))?$", example = "2018-08")]
    period: Option<String>,
    /// Förklaringen i ord. The explanation in words.
    #[schema(min_length = 1, max_length = 20_000)]
    text: String,
    /// Vad avvikelsen består av; krävs med belopp när den är positiv. What it consists of; needed with amounts when it is positive.
    #[serde(default)]
    causes: Vec<CauseView>,
    /// Hur den skiljer sig från förra rapporten; krävs när den gör det. How it differs from the report before; needed when it does.
    #[schema(max_length = 20_000)]
    difference: Option<String>,
}

/// En förklaring. An explanation of a case for a period.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"period": "2018-08", "text": "Placeringarna är fler och dyrare än budgeterat.",
    "causes": [{"cause": "volume", "amount": -8_000_000, "text": "Fler placeringar."}], "unexplained": -2_968_000,
    "difference": null, "amountUnit": "kr", "recordedAt": "2018-09-12T08:00:00Z", "recordedBy": "karin"}))]
pub(super) struct ExplanationDocument {
    /// Perioden. The period.
    period: String,
    /// Förklaringen i ord. The explanation in words.
    text: String,
    /// Orsakerna. The causes.
    causes: Vec<CauseView>,
    /// Det av avvikelsen som ingen orsak förklarar. What no cause has a share of, of the deviation as it is now.
    unexplained: Option<Amount>,
    /// Hur den skiljer sig från förra rapporten. How it differs from the report before.
    difference: Option<String>,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// När. When it was recorded.
    #[schema(format = "date-time", example = "2018-09-12T08:00:00Z")]
    recorded_at: String,
    /// Vem. Who recorded it.
    recorded_by: String,
}

impl Body for ExplanationDocument {}

impl ExplanationDocument {
    /// An explanation beside the deviation that it is held against.
    pub(super) fn new(said: RecordedExplanation, deviation: Money) -> Self {
        let RecordedExplanation { explanation, version: _, recorded_at, recorded_by } = said;
        let unexplained = explanation.unexplained(deviation).ok();
        let Explanation { period, text, causes, difference } = explanation;
        let cause = |share: CauseShare| CauseView {
            cause: share.cause.code().into(),
            amount: share.amount.map(Amount::from),
            text: shown(share.text),
        };
        Self {
            period,
            text,
            causes: causes.into_iter().map(cause).collect(),
            unexplained: unexplained.map(Amount::from),
            difference: shown(difference),
            amount_unit: "kr",
            recorded_at: moment(recorded_at),
            recorded_by,
        }
    }
}

/// En sida förklaringar. A page of explanations of a case, newest first.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"explanations": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct DeviationExplanationPage {
    /// Förklaringarna. The explanations.
    explanations: Vec<ExplanationDocument>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for DeviationExplanationPage {}

/// List the explanations of a deviation
///
/// Allt som sagts om avvikelsen, senast först. All that has been said of the case, newest first.
#[utoipa::path(tag = "Deviations", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "En sida förklaringar. A page of explanations.", body = DeviationExplanationPage)))]
#[get("/municipalities/{municipalityCode}/deviations/{deviationId}/explanations")]
async fn list_deviation_explanations(call: Call<perm::Read>) -> Result<Reply<DeviationExplanationPage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let deviation_id = call.path("deviationId")?;
    let (case, said, version) = call
        .read(query.as_of, async |scope| {
            let case = deviation(scope, &deviation_id).await?.ok_or(Refusal::NotFound)?;
            Ok((case, explanation::explanations(scope, &deviation_id).await?, scope.version()))
        })
        .await?;
    if !call.actor().reach.covers(&case.committee) {
        return Err(Problem::not_found());
    }
    let total = i64::try_from(said.len()).unwrap_or_default();
    let explanations: Vec<_> =
        page.of(&said).iter().map(|said| ExplanationDocument::new(said.clone(), case.amount())).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, explanations.len());
    Ok(Reply::ok(DeviationExplanationPage { explanations, meta, links }).version(version))
}

/// Explain a deviation
///
/// Vad avvikelsen består av och hur den skiljer sig från förra rapporten. En positiv avvikelse kräver sammansättningen med belopp; en som
/// rapporterats tidigare kräver skillnaden. What the deviation consists of, and how it differs from the report before. A positive one needs
/// its composition with amounts; one that was reported before needs the difference.
#[utoipa::path(tag = "Deviations", request_body = ExplanationInput, extensions(("x-right" = json!("action-plans"))),
    responses((status = 200, description = "Samma förklaring finns redan. The same explanation is there already.", body = ExplanationDocument),
              (status = 201, description = "Förklaringen. The explanation.", body = ExplanationDocument),
              (status = 409, description = "Avvikelsen är stängd. The case is closed.", body = crate::problem::ProblemView,
               content_type = "application/problem+json")))]
#[post("/municipalities/{municipalityCode}/deviations/{deviationId}/explanations")]
async fn explain_deviation(mut call: Call<perm::ActionPlans>) -> Result<HttpResponse, Problem> {
    let deviation_id = call.path("deviationId")?;
    let input: ExplanationInput = call.json().await?;
    let mut fields = Fields::default();
    let period = fields.optional("period", input.period.as_deref(), Period::parse);
    let text = fields.needed("text", &input.text, 20_000);
    let causes = input.causes.iter().enumerate().filter_map(|(at, cause)| cause.read(at, &mut fields)).collect();
    let difference = fields.text("difference", input.difference.as_deref(), 20_000);
    let period = period.map(|period| period.to_string()).unwrap_or_default();
    let said = fields.done(Some(Explanation { period, text, causes, difference }))?;
    let work = async |w: &mut Writing| {
        let (recorded, is_new) = explanation::explain(w, &deviation_id, &said).await?;
        let case = deviation(w, &deviation_id).await?.ok_or(Refusal::NotFound)?;
        Ok((recorded, is_new, case.amount()))
    };
    let answer = |(recorded, is_new, amount): (RecordedExplanation, bool, _)| {
        let version = recorded.version;
        Ok(Reply::put(is_new, ExplanationDocument::new(recorded, amount), call.own_href()).version(version))
    };
    call.once(work, answer).await.map_err(Problem::in_document)
}
