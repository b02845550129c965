//! Series: all periods and sexes of an indicator, or of many in one call.

use super::observations::{Since, parted};
use super::series_view::SeriesView;
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::{Kind, Problem};
use crate::reply::{Reply, current};
use crate::routes::steering::key;
use crate::wire::as_of::AsOf;
use crate::wire::link::{Link, Links};
use crate::wire::year::year;
use actix_web::{HttpResponse, get};
use serde::Deserialize;
use serde_json::json;
use utfall_domain::indicator::definition::{Accumulation, Indicator};
use utfall_domain::indicator::observation::Sex;
use utfall_domain::indicator::total::TotalOf;
use utfall_persistence::error::Refusal;
use utfall_persistence::indicator::definition::some_indicators;
use utfall_persistence::indicator::observation::ObservationFilter;
use utfall_persistence::indicator::series::series;
use utoipa::IntoParams;
use utoipa_actix_web::service_config::ServiceConfig;

/// How many points one answer holds at most.
const MOST: i64 = 100_000;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_series).service(get_indicator_series);
}

/// Vilka serier. Which series.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ManyQuery {
    /// Nyckeltal, flera med komma, högst 500. Indicators, several parted by commas, at most 500.
    #[param(example = "sjukfranvaro")]
    indicators: Option<String>,
    /// Organisationer, flera med komma, högst 500; alla om de saknas. Organisations, several parted by commas, at most 500; all of them when
    /// it is left out.
    #[param(example = "0580,0000")]
    organisations: Option<String>,
    /// Kön. Of this sex.
    #[param(inline, value_type = Option<words::Sexes>)]
    sex: Option<String>,
    /// Från och med året. From this year.
    #[param(minimum = 1990, maximum = 2100)]
    from: Option<i32>,
    /// Till och med året. Through this year.
    #[param(minimum = 1990, maximum = 2100)]
    to: Option<i32>,
    /// Summera månader till year, half-year, tertial eller quarter, så som nyckeltalet räknas ihop; nekas när det inte går. Make totals of
    /// months, as the indicator's accumulation says; refused where it makes none.
    #[param(inline, value_type = Option<words::TotalsOf>)]
    total: Option<String>,
    /// Ändrade efter denna version av data, borttagna medräknade. Changed after this version of the data, deleted ones included.
    #[param(value_type = Option<i64>, minimum = 0)]
    changed_since: Option<Since>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// Vilken del av serien. Which part of the series.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct OneQuery {
    /// Organisationer, flera med komma, högst 500; alla om de saknas. Organisations, several parted by commas, at most 500; all of them when
    /// it is left out.
    #[param(example = "0580,0000")]
    organisations: Option<String>,
    /// Kön. Of this sex.
    #[param(inline, value_type = Option<words::Sexes>)]
    sex: Option<String>,
    /// Från och med året. From this year.
    #[param(minimum = 1990, maximum = 2100)]
    from: Option<i32>,
    /// Till och med året. Through this year.
    #[param(minimum = 1990, maximum = 2100)]
    to: Option<i32>,
    /// Summera månader till year, half-year, tertial eller quarter, så som nyckeltalet räknas ihop; nekas när det inte går. Make totals of
    /// months, as the indicator's accumulation says; refused where it makes none.
    #[param(inline, value_type = Option<words::TotalsOf>)]
    total: Option<String>,
    /// Ändrade efter denna version av data, borttagna medräknade. Changed after this version of the data, deleted ones included.
    #[param(value_type = Option<i64>, minimum = 0)]
    changed_since: Option<Since>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

impl ManyQuery {
    fn filter(&self) -> Result<ObservationFilter, Problem> {
        let lists = [("indicators", &self.indicators), ("organisations", &self.organisations)];
        for (name, text) in lists {
            let count = parted(text.as_deref()).len();
            if count > 500 {
                return Err(Problem::parameter(name, &count.to_string(), "is more than 500"));
            }
        }
        if let Some(sex) = self.sex.as_deref().filter(|sex| Sex::from_code(sex).is_none()) {
            return Err(Problem::parameter("sex", sex, "is not T, K or M"));
        }
        Ok(ObservationFilter {
            indicators: parted(self.indicators.as_deref()),
            organisations: parted(self.organisations.as_deref()),
            sex: self.sex.clone().unwrap_or_default(),
            from: year("from", self.from)?,
            to: year("to", self.to)?,
            changed_after: self.changed_since.map(|since| since.0),
            ..ObservationFilter::default()
        })
    }

    /// The indicator and the organisation, where one of each is asked for and nothing else: what dashboards ask for most, and what
    /// is read together with the other such calls of the moment.
    fn plain<'a>(&self, filter: &'a ObservationFilter) -> Option<(&'a str, &'a str)> {
        let whole = self.sex.is_none() && self.from.is_none() && self.to.is_none();
        match (filter.indicators.as_slice(), filter.organisations.as_slice()) {
            ([indicator], [organisation]) if whole && self.changed_since.is_none() && self.as_of.is_none() => {
                Some((indicator, organisation))
            }
            _ => None,
        }
    }
}

async fn answer(call: &Call<perm::Read>, query: ManyQuery) -> Result<Reply<SeriesView>, Problem> {
    let filter = query.filter()?;
    let total = match query.total.as_deref() {
        None => None,
        Some(word) => Some(TotalOf::from_code(word).ok_or_else(|| {
            Problem::parameter("total", word, &format!("is not one of {}", TotalOf::CODES.join(", ")))
        })?),
    };
    if total.is_some() && query.changed_since.is_some() {
        let (since, why) = (
            query.changed_since.map_or(0, |since| since.0).to_string(),
            "stands beside total, which is not made of what has changed only",
        );
        return Err(Problem::unfit_parameter("changedSince", &since, why));
    }
    if filter.indicators.is_empty() {
        return Problem::needed("indicators", None);
    }
    if let (Some((indicator, organisation)), None) = (query.plain(&filter), total) {
        let series = call.store().series(call.municipality()?, indicator, organisation).await?;
        let series = series.ok_or_else(Problem::not_found)?;
        let view = SeriesView::new(&[&series.indicator], &series.values, None, own_links(call))?;
        return Ok(Reply::ok(view).version(series.version));
    }
    let (found, rows, version) = call
        .read(query.as_of, async |scope| {
            let keys: Vec<&str> = filter.indicators.iter().map(String::as_str).collect();
            let found = some_indicators(scope, &keys).await?;
            if keys.iter().any(|key| !found.contains_key(*key)) {
                return Err(Refusal::NotFound.into());
            }
            Ok((found, series(scope, &filter, MOST + 1).await?, scope.version()))
        })
        .await?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) > MOST {
        let detail = "The answer would hold more than 100,000 points: name organisations, years or fewer indicators.";
        return Err(Problem::new(Kind::BadRequest, detail));
    }
    let indicators: Vec<&Indicator> = found.values().map(|(indicator, _)| indicator).collect();
    if total.is_some()
        && let Some(one) = indicators.iter().find(|one| one.accumulation == Accumulation::None)
    {
        let why = format!("cannot be made of the values of {}: its accumulation is none", one.key);
        return Err(Problem::unfit_parameter("total", query.total.as_deref().unwrap_or_default(), &why));
    }
    Ok(Reply::ok(SeriesView::new(&indicators, &rows, total, own_links(call))?).version(version))
}

fn own_links(call: &Call<perm::Read>) -> Links {
    let query = call.request().query_string();
    let own = if query.is_empty() { call.own_href() } else { format!("{}?{query}", call.own_href()) };
    Links { own: Some(Link::get("self", own)), ..Links::default() }
}

/// Read many series
///
/// Alla perioder och kön för flera nyckeltal och organisationer i ett anrop, även som CSV och JSON-stat. All periods and sexes of several
/// indicators and organisations in one call, also as CSV and JSON-stat.
#[utoipa::path(tag = "Indicators", params(ManyQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Serierna. The series.",
        content((SeriesView = "application/json"), (String = "text/csv", example = json!(SERIES_CSV)),
                (serde_json::Value = "application/vnd.json-stat+json", example = json!(json_stat_example()))))))]
#[get("/municipalities/{municipalityCode}/series")]
async fn list_series(call: Call<perm::Read>) -> Result<HttpResponse, Problem> {
    current(&call, async || answer(&call, call.query()?).await).await
}

/// Read an indicator's series
///
/// Alla perioder och kön för nyckeltalet, även som CSV och JSON-stat. All periods and sexes of the indicator, also as CSV and JSON-stat.
#[utoipa::path(tag = "Indicators", params(OneQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Serierna. The series.",
        content((SeriesView = "application/json"), (String = "text/csv", example = json!(SERIES_CSV)),
                (serde_json::Value = "application/vnd.json-stat+json", example = json!(json_stat_example()))))))]
#[get("/municipalities/{municipalityCode}/indicators/{indicatorKey}/series")]
async fn get_indicator_series(call: Call<perm::Read>) -> Result<HttpResponse, Problem> {
    current(&call, async || {
        let OneQuery { organisations, sex, from, to, total, changed_since, as_of } = call.query()?;
        let indicators = Some(key(&call, "indicatorKey")?.to_string());
        answer(&call, ManyQuery { indicators, organisations, sex, from, to, total, changed_since, as_of }).await
    })
    .await
}

const SERIES_CSV: &str = "indicator,name,unit,organisation,sex,period,value,status,text,caution\n\
    sjukfranvaro,Sjukfrånvaro total,%,0580,T,2018,7,final,7 %,\n";

fn json_stat_example() -> serde_json::Value {
    let category =
        |id: &str, label: &str| json!({ "label": label, "category": { "index": [id], "label": { id: id } } });
    json!({ "version": "2.0", "class": "dataset", "label": "Sjukfrånvaro total", "source": "Utfall",
            "id": ["indicator", "organisation", "period", "sex"], "size": [1, 1, 1, 1],
            "role": { "metric": ["indicator"], "geo": ["organisation"], "time": ["period"] },
            "dimension": { "indicator": category("sjukfranvaro", "Nyckeltal"), "organisation": category("0580", "Organisation"),
                           "period": category("2018", "Period"), "sex": category("T", "Kön") },
            "value": { "0": 7 }, "status": { "0": "final" } })
}
