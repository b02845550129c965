//! Targets (målvärden) of an indicator: put whole, read whole.

use crate::auth::call::Call;
use crate::auth::perm::{self, Permission};
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{ReasonQuery, for_all, key, precondition};
use crate::wire::as_of::AsOfQuery;
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::{Link, Links};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::Sex;
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::indicator::target::{IndicatorTarget, Reference, RelativeTo};
use utfall_domain::row_error::Fault;
use utfall_domain::steering::target::Operator;
use utfall_domain::text::Key;
use utfall_persistence::error::Refusal;
use utfall_persistence::indicator::{definition, target};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_indicator_targets).service(put_indicator_targets);
}

/// Ett målvärde för ett nyckeltal. A target of an indicator.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"period": "2018", "organisation": null, "sex": "T", "operator": "at-most", "value": 7.3, "upper": null,
    "relativeTo": null, "reference": null, "comparedWith": null, "tolerance": 0.2, "unit": null, "group": null, "text": "7,3 %"}))]
pub(super) struct IndicatorTargetView {
    /// Perioden. When it is to be reached.
    #[schema(example = "2018")]
    period: String,
    /// Organisationen; alla när den saknas. Whom it is for; every organisation when it is left out.
    #[schema(example = "0580")]
    organisation: Option<String>,
    /// Kön: T, K eller M; T om det saknas. The sex; T when it is left out.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    sex: Option<String>,
    /// Operator; utan den säger nyckeltalets riktning hur. How an outcome is compared; without it, the indicator's direction says it.
    #[schema(extensions(("x-enum" = json!(words::OPERATORS))))]
    operator: Option<String>,
    /// Värdet. The value.
    value: Option<ExactNumber>,
    /// Övre gräns för between. The upper end of between.
    upper: Option<ExactNumber>,
    /// Värdet är procent av: budget (nämndens antagna nettobudget för året), indicator eller organisation. What the value is a percent of: the
    /// committee's adopted net budget of the year, an indicator or an organisation.
    #[schema(extensions(("x-enum" = json!(words::RELATIVE_TO))))]
    relative_to: Option<String>,
    /// Nyckeltalet eller organisationen som värdet är procent av. The indicator or the organisation that it is a percent of.
    #[schema(max_length = 100)]
    reference: Option<String>,
    /// Perioden som en riktning jämförs med; samma del av året före om den saknas. The period that a direction is compared with; the same
    /// part of the year before when it is left out.
    #[schema(example = "2017")]
    compared_with: Option<String>,
    /// Hur långt ifrån som räknas som delvis uppfyllt. How far from the value still counts as partly met, in the indicator's unit.
    tolerance: Option<ExactNumber>,
    /// Enheten när den är en annan än nyckeltalets; då bedöms det inte. The unit, where it is not the indicator's; it is then not assessed.
    #[schema(max_length = 100)]
    unit: Option<String>,
    /// Gruppen som det gäller, i ord. The group that it is for, in words.
    #[schema(max_length = 200)]
    group: Option<String>,
    /// Som det står skrivet. The words as written.
    #[schema(max_length = 2000)]
    text: Option<String>,
}

/// Målvärden att sätta. Targets to set: all of the indicator's.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"targets": [{"period": "2018", "operator": "at-most", "value": 7.3, "text": "7,3 %"}]}))]
struct IndicatorTargetList {
    /// Målvärdena. The targets.
    #[schema(max_items = 1000)]
    targets: Vec<IndicatorTargetView>,
}

/// Ett nyckeltals målvärden. The targets of an indicator.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"indicator": "sjukfranvaro", "targets": [], "_links": {}}))]
struct IndicatorTargetsView {
    /// Nyckeltalet. The indicator.
    indicator: String,
    /// Målvärdena. The targets.
    targets: Vec<IndicatorTargetView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for IndicatorTargetsView {}

impl IndicatorTargetView {
    fn read(&self, at: &str, fields: &mut Fields) -> Option<IndicatorTarget> {
        let period = fields.parsed(format!("{at}/period"), &self.period, MeasurePeriod::parse);
        let organisation =
            fields.optional(format!("{at}/organisation"), self.organisation.as_deref(), Organisation::parse);
        let sex = self
            .sex
            .as_deref()
            .map_or(Some(Sex::Total), |word| fields.word(format!("{at}/sex"), word, Sex::from_code, &Sex::CODES));
        let operator = self.operator.as_deref();
        let operator = operator
            .and_then(|word| fields.word(format!("{at}/operator"), word, Operator::from_code, &Operator::CODES));
        let relative_to = self.relative_to.as_deref();
        let relative_to = relative_to
            .and_then(|word| fields.word(format!("{at}/relativeTo"), word, RelativeTo::from_code, &RelativeTo::CODES));
        let reference = self.reference.as_deref().unwrap_or_default();
        let of = format!("{at}/reference");
        let relative_to = match relative_to {
            None if !reference.is_empty() => {
                fields.fault(of, reference, Fault::Conflict, "is given, but relativeTo is not");
                None
            }
            None => None,
            Some(RelativeTo::Budget) => Some(Reference::Budget),
            Some(RelativeTo::Indicator) => fields.parsed(of, reference, Key::parse).map(Reference::Indicator),
            Some(RelativeTo::Organisation) => {
                fields.parsed(of, reference, Organisation::parse).map(Reference::Organisation)
            }
        };
        let compared_with = self.compared_with.as_deref();
        let compared_with = fields.optional(format!("{at}/comparedWith"), compared_with, MeasurePeriod::parse);
        let unit = fields.text(format!("{at}/unit"), self.unit.as_deref(), 100);
        let group = fields.text(format!("{at}/group"), self.group.as_deref(), 200);
        let text = fields.text(format!("{at}/text"), self.text.as_deref(), 2000);
        Some(IndicatorTarget {
            period: period?,
            organisation,
            sex: sex?,
            operator,
            value: self.value.map(|value| value.0),
            upper: self.upper.map(|upper| upper.0),
            relative_to,
            compared_with,
            tolerance: self.tolerance.map(|tolerance| tolerance.0),
            unit,
            group,
            text,
        })
    }
}

impl From<IndicatorTarget> for IndicatorTargetView {
    fn from(one: IndicatorTarget) -> Self {
        let relative_to = one.relative_to.as_ref().map(Reference::kind);
        let reference = one.relative_to.and_then(|reference| match reference {
            Reference::Budget => None,
            Reference::Indicator(key) => Some(key.to_string()),
            Reference::Organisation(code) => Some(code.to_string()),
        });
        Self {
            period: one.period.to_string(),
            organisation: one.organisation.map(|code| code.to_string()),
            sex: Some(one.sex.code().into()),
            operator: one.operator.map(|operator| operator.code().into()),
            value: one.value.map(ExactNumber),
            upper: one.upper.map(ExactNumber),
            relative_to: relative_to.map(|relative| relative.code().into()),
            reference,
            compared_with: one.compared_with.map(|period| period.to_string()),
            tolerance: one.tolerance.map(ExactNumber),
            unit: shown(one.unit),
            group: shown(one.group),
            text: shown(one.text),
        }
    }
}

fn view<P: Permission + 'static>(
    call: &Call<P>,
    indicator: String,
    targets: Vec<IndicatorTarget>,
) -> IndicatorTargetsView {
    let up = call.municipality_href(&definition::resource(&indicator));
    let links =
        Links { own: Some(Link::get("self", call.own_href())), up: Some(Link::get("up", up)), ..Links::default() };
    IndicatorTargetsView { indicator, targets: targets.into_iter().map(IndicatorTargetView::from).collect(), links }
}

/// Read the targets of an indicator
///
/// Nyckeltalets målvärden, flera där de skiljer sig. The targets of the indicator, several where they differ. 404 when none have been set.
#[utoipa::path(tag = "Indicators", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Målvärdena. The targets.", body = IndicatorTargetsView)))]
#[get("/municipalities/{municipalityCode}/indicators/{indicatorKey}/targets")]
async fn get_indicator_targets(call: Call<perm::Read>) -> Result<Reply<IndicatorTargetsView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let key = key(&call, "indicatorKey")?.to_string();
    let (targets, version) = call
        .read(query.as_of, async |scope| {
            Ok(target::targets(scope, &[&key]).await?.remove(&key).ok_or(Refusal::NotFound)?)
        })
        .await?;
    Ok(Reply::ok(view(&call, key, targets)).version(version))
}

/// Set the targets of an indicator
///
/// Sätter alla nyckeltalets målvärden; de som var läses med asOf. Sets all targets of the indicator; those that were are read with asOf.
/// Changing them takes If-Match.
#[utoipa::path(tag = "Indicators", params(ReasonQuery), request_body = IndicatorTargetList,
    extensions(("x-right" = json!("indicators")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Målvärdena. The targets.", body = IndicatorTargetsView),
              (status = 201, description = "De första målvärdena. The first targets.", body = IndicatorTargetsView)))]
#[put("/municipalities/{municipalityCode}/indicators/{indicatorKey}/targets")]
async fn put_indicator_targets(mut call: Call<perm::Indicators>) -> Result<Reply<IndicatorTargetsView>, Problem> {
    for_all(&call)?;
    let (key, reason) = (key(&call, "indicatorKey")?.to_string(), ReasonQuery::of(&call)?);
    let precondition = precondition(&call)?;
    let input: IndicatorTargetList = call.json().await?;
    let mut fields = Fields::default();
    let list = input.targets.iter().enumerate();
    let list: Vec<_> = list.filter_map(|(at, one)| one.read(&format!("targets/{at}"), &mut fields)).collect();
    let list = fields.done(Some(list))?;
    let put = call.write(async |w| target::set(w, &key, list.clone(), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, key, put.body), location).version(put.version))
}
