//! Forecasts (prognoser) of an indicator that persons enter: put whole, read whole.

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
use utfall_domain::indicator::forecast::IndicatorForecast;
use utfall_domain::indicator::measure_period::MeasurePeriod;
use utfall_domain::indicator::observation::Sex;
use utfall_domain::indicator::organisation::Organisation;
use utfall_domain::period::parse_date;
use utfall_persistence::error::Refusal;
use utfall_persistence::indicator::{definition, forecast};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_indicator_forecasts).service(put_indicator_forecasts);
}

/// En prognos för ett nyckeltal. A forecast of an indicator: the outcome that is expected.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"organisation": "0580", "period": "2018", "sex": "T", "madeOn": "2018-08-31", "value": 3735, "text": "3 735",
    "source": "Delårsrapporten"}))]
pub(super) struct IndicatorForecastView {
    /// Organisationen; kommunen om den saknas. Whom it is for; the municipality when it is left out.
    #[schema(example = "0580")]
    organisation: Option<String>,
    /// Perioden som väntas, oftast ett år. The period whose outcome is expected, mostly a year.
    #[schema(example = "2018")]
    period: String,
    /// Kön: T, K eller M; T om det saknas. The sex; T when it is left out.
    #[schema(extensions(("x-enum" = json!(words::SEXES))))]
    sex: Option<String>,
    /// Dagen då den gjordes. The day when it was made.
    #[schema(format = "date", example = "2018-08-31")]
    made_on: String,
    /// Det väntade värdet. The expected value; left out for a forecast in words.
    value: Option<ExactNumber>,
    /// Som den står skriven: 3 735, Minska. As written; needed where there is no value.
    #[schema(max_length = 2000)]
    text: Option<String>,
    /// Vem eller vad som säger det. Who or what says so.
    #[schema(max_length = 500)]
    source: Option<String>,
}

/// Prognoser att sätta. Forecasts to set: all of the indicator's.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"forecasts": [{"period": "2018", "madeOn": "2018-08-31", "value": 6.9, "text": "6,9 %", "source": "HR"}]}))]
struct IndicatorForecastList {
    /// Prognoserna; en för varje organisation, period, kön och dag. The forecasts; one for each organisation, period, sex and day.
    #[schema(max_items = 1000)]
    forecasts: Vec<IndicatorForecastView>,
}

/// Ett nyckeltals prognoser. The forecasts of an indicator.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"indicator": "sjukfranvaro", "forecasts": [], "_links": {}}))]
struct IndicatorForecastsView {
    /// Nyckeltalet. The indicator.
    indicator: String,
    /// Prognoserna. The forecasts.
    forecasts: Vec<IndicatorForecastView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for IndicatorForecastsView {}

impl IndicatorForecastView {
    fn read(&self, at: &str, own: &Organisation, fields: &mut Fields) -> Option<IndicatorForecast> {
        let organisation = self.organisation.as_deref().filter(|text| !text.is_empty());
        let organisation = organisation
            .map_or(Some(own.clone()), |text| fields.parsed(format!("{at}/organisation"), text, Organisation::parse));
        let period = fields.parsed(format!("{at}/period"), &self.period, MeasurePeriod::parse);
        let sex = self
            .sex
            .as_deref()
            .map_or(Some(Sex::Total), |word| fields.word(format!("{at}/sex"), word, Sex::from_code, &Sex::CODES));
        let made_on = fields.parsed(format!("{at}/madeOn"), &self.made_on, parse_date);
        let text = fields.text(format!("{at}/text"), self.text.as_deref(), 2000);
        let source = fields.text(format!("{at}/source"), self.source.as_deref(), 500);
        Some(IndicatorForecast {
            organisation: organisation?,
            period: period?,
            sex: sex?,
            made_on: made_on?,
            value: self.value.map(|value| value.0),
            text,
            source,
        })
    }
}

impl From<IndicatorForecast> for IndicatorForecastView {
    fn from(one: IndicatorForecast) -> Self {
        let IndicatorForecast { organisation, period, sex, made_on, value, text, source } = one;
        Self {
            organisation: Some(organisation.to_string()),
            period: period.to_string(),
            sex: Some(sex.code().into()),
            made_on: made_on.to_string(),
            value: value.map(ExactNumber),
            text: shown(text),
            source: shown(source),
        }
    }
}

fn view<P: Permission + 'static>(
    call: &Call<P>,
    indicator: String,
    forecasts: Vec<IndicatorForecast>,
) -> IndicatorForecastsView {
    let up = call.municipality_href(&definition::resource(&indicator));
    let links =
        Links { own: Some(Link::get("self", call.own_href())), up: Some(Link::get("up", up)), ..Links::default() };
    let forecasts = forecasts.into_iter().map(IndicatorForecastView::from).collect();
    IndicatorForecastsView { indicator, forecasts, links }
}

/// Read the forecasts of an indicator
///
/// Nyckeltalets prognoser som personer har lagt in. The forecasts of the indicator that persons have entered. 404 when none have been set.
#[utoipa::path(tag = "Indicators", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Prognoserna. The forecasts.", body = IndicatorForecastsView)))]
#[get("/municipalities/{municipalityCode}/indicators/{indicatorKey}/forecasts")]
async fn get_indicator_forecasts(call: Call<perm::Read>) -> Result<Reply<IndicatorForecastsView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let key = key(&call, "indicatorKey")?.to_string();
    let (forecasts, version) = call
        .read(query.as_of, async |scope| {
            Ok(forecast::forecasts(scope, &[&key]).await?.remove(&key).ok_or(Refusal::NotFound)?)
        })
        .await?;
    Ok(Reply::ok(view(&call, key, forecasts)).version(version))
}

/// Set the forecasts of an indicator
///
/// Sätter alla nyckeltalets prognoser; styrkort visar den senast gjorda. De som var läses med asOf. Sets all forecasts of the indicator;
/// scorecards show the one that was made last. Those that were are read with asOf. Changing them takes If-Match.
#[utoipa::path(tag = "Indicators", params(ReasonQuery), request_body = IndicatorForecastList,
    extensions(("x-right" = json!("indicators")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Prognoserna. The forecasts.", body = IndicatorForecastsView),
              (status = 201, description = "De första prognoserna. The first forecasts.", body = IndicatorForecastsView)))]
#[put("/municipalities/{municipalityCode}/indicators/{indicatorKey}/forecasts")]
async fn put_indicator_forecasts(mut call: Call<perm::Indicators>) -> Result<Reply<IndicatorForecastsView>, Problem> {
    for_all(&call)?;
    let (key, reason) = (key(&call, "indicatorKey")?.to_string(), ReasonQuery::of(&call)?);
    let precondition = precondition(&call)?;
    let own = Organisation::Area(call.municipality()?.clone());
    let input: IndicatorForecastList = call.json().await?;
    let mut fields = Fields::default();
    let list = input.forecasts.iter().enumerate();
    let list: Vec<_> = list.filter_map(|(at, one)| one.read(&format!("forecasts/{at}"), &own, &mut fields)).collect();
    let list = fields.done(Some(list))?;
    let put = call.write(async |w| forecast::set(w, &key, list.clone(), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, key, put.body), location).version(put.version))
}
