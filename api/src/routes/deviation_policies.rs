//! Deviation policies: what opens a case for a committee.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::{Kind, Problem};
use crate::reply::{Body, Reply};
use crate::wire::amount::{Amount, Percent};
use crate::wire::as_of::AsOfQuery;
use crate::wire::link::{Link, Links};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::deviation::{DeviationBasis, Level, Rule};
use utfall_domain::row_error::{Fault, RowError};
use utfall_persistence::audit::resource_version;
use utfall_persistence::error::Refusal;
use utfall_persistence::policy;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(get_deviation_policy).service(put_deviation_policy);
}

/// En regel. A rule: what is compared, on which level, and how much it may deviate.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"basis": "year-to-date", "level": "activity", "depth": 1, "thresholdAmount": 0,
    "thresholdPercent": null, "deadlineDays": 30}))]
pub(super) struct DeviationRule {
    /// Grund: year-to-date (utfall mot periodiserad budget) eller forecast (helårsprognos mot budget). What is compared.
    #[schema(extensions(("x-enum" = json!(words::DEVIATION_BASES))))]
    basis: String,
    /// Nivå: committee, activity eller unit. The level.
    #[schema(extensions(("x-enum" = json!(words::LEVELS))))]
    level: String,
    /// Djup i trädet, 1 är rötterna. The depth in the tree, 1 for the roots.
    #[schema(minimum = 1, maximum = 20, default = 1)]
    depth: Option<u8>,
    /// Tröskel i kronor: större avvikelse öppnar. In kronor: a larger deviation, in either direction, opens a case.
    threshold_amount: Option<Amount>,
    /// Tröskel i procent av budgeten; båda ska passeras om båda anges. In percent of the budget; both must be passed when both are given.
    threshold_percent: Option<Percent>,
    /// Dagar till svar. Days that the committee has to answer.
    #[schema(minimum = 1, maximum = 366)]
    deadline_days: Option<u16>,
}

impl From<Rule> for DeviationRule {
    fn from(rule: Rule) -> Self {
        let Rule { basis, level, depth, threshold_amount, threshold_percent, deadline_days } = rule;
        Self {
            basis: basis.code().into(),
            level: level.code().into(),
            depth: Some(depth),
            threshold_amount: threshold_amount.map(Amount::from),
            threshold_percent: threshold_percent.map(Percent::from_hundredths),
            deadline_days,
        }
    }
}

impl DeviationRule {
    fn rule(&self, row: u32, errors: &mut Vec<RowError>) -> Option<Rule> {
        let before = errors.len();
        let mut fault = |field: &str, value: &str, reason: &str| {
            errors.push(RowError::at(row, None, field, value, Fault::Format, reason));
        };
        let basis = DeviationBasis::from_code(&self.basis);
        if basis.is_none() {
            fault("basis", &self.basis, "is not year-to-date or forecast");
        }
        let level = Level::from_code(&self.level);
        if level.is_none() {
            fault("level", &self.level, "is not committee, activity or unit");
        }
        let depth = self.depth.unwrap_or(1);
        if !(1..=20).contains(&depth) {
            fault("depth", &depth.to_string(), "is not from 1 to 20");
        }
        let amount = self.threshold_amount.as_ref().map(Amount::kronor).and_then(Result::ok);
        if amount.is_some_and(|amount| amount.ore() < 0) {
            fault(
                "thresholdAmount",
                &self.threshold_amount.as_ref().map(ToString::to_string).unwrap_or_default(),
                "is negative",
            );
        }
        let percent = self.threshold_percent.map(Percent::hundredths);
        if percent.is_some_and(|percent| percent < 0) {
            fault("thresholdPercent", &percent.unwrap_or_default().to_string(), "is negative");
        }
        if let Some(days) = self.deadline_days.filter(|days| !(1..=366).contains(days)) {
            fault("deadlineDays", &days.to_string(), "is not from 1 to 366");
        }
        if errors.len() > before {
            return None;
        }
        Some(Rule {
            basis: basis?,
            level: level?,
            depth,
            threshold_amount: amount,
            threshold_percent: percent,
            deadline_days: self.deadline_days,
        })
    }
}

/// Nämndens regler. A committee's rules.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "rules": [{"basis": "year-to-date", "level": "activity", "depth": 1,
    "thresholdAmount": 0, "thresholdPercent": null, "deadlineDays": 30}], "_links": {}}))]
struct DeviationPolicyView {
    /// Nämnden. The committee.
    committee: String,
    /// Reglerna. The rules.
    rules: Vec<DeviationRule>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for DeviationPolicyView {}

/// Regler att sätta. Rules to set; an empty list opens no case.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"rules": [{"basis": "year-to-date", "level": "activity", "depth": 1, "thresholdAmount": 0,
    "thresholdPercent": null}]}))]
struct DeviationPolicyInput {
    /// Reglerna. The rules.
    rules: Vec<DeviationRule>,
}

fn view<P: perm::Permission + 'static>(call: &Call<P>, committee: String, rules: Vec<Rule>) -> DeviationPolicyView {
    let links = Links { own: Some(Link::get("self", call.own_href())), ..Links::default() };
    DeviationPolicyView { committee, rules: rules.into_iter().map(DeviationRule::from).collect(), links }
}

/// Read a deviation policy
///
/// Vad som öppnar en avvikelse för nämnden. What opens a deviation case for the committee.
#[utoipa::path(tag = "Deviations", params(AsOfQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Reglerna. The policy.", body = DeviationPolicyView)))]
#[get("/municipalities/{municipalityCode}/deviation-policies/{committeeCode}")]
async fn get_deviation_policy(call: Call<perm::Read>) -> Result<Reply<DeviationPolicyView>, Problem> {
    let query: AsOfQuery = call.query()?;
    let committee = call.committee()?;
    let (rules, version) = call
        .read(query.as_of, async |scope| {
            let rules = policy::policy(scope, &committee).await?.ok_or(Refusal::NotFound)?;
            Ok((rules, resource_version(scope, &policy::resource(&committee)).await?))
        })
        .await?;
    Ok(Reply::ok(view(&call, committee, rules)).version(version))
}

/// Set a deviation policy
///
/// Sätter nämndens regler och prövar dess avvikelser på nytt. Sets the committee's rules and evaluates its cases anew. Changing a
/// policy takes If-Match.
#[utoipa::path(tag = "Deviations", request_body = DeviationPolicyInput,
    extensions(("x-right" = json!("policies")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Reglerna. The policy.", body = DeviationPolicyView),
              (status = 201, description = "Nya regler. A new policy.", body = DeviationPolicyView)))]
#[put("/municipalities/{municipalityCode}/deviation-policies/{committeeCode}")]
async fn put_deviation_policy(mut call: Call<perm::Policies>) -> Result<Reply<DeviationPolicyView>, Problem> {
    let committee = call.committee()?;
    let input: DeviationPolicyInput = call.json().await?;
    let mut errors = Vec::new();
    let rules: Vec<Rule> = (1..).zip(&input.rules).filter_map(|(row, rule)| rule.rule(row, &mut errors)).collect();
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let (has_if_match, expected) = (call.has_if_match(), call.if_match()?);
    let resource = policy::resource(&committee);
    let outcome = call
        .write(async |w| {
            let standing = policy::policy(w, &committee).await?;
            let version = resource_version(w, &resource).await?;
            if expected.is_some_and(|expected| expected != version) || (has_if_match && standing.is_none()) {
                return Err(Refusal::Stale.into());
            }
            if standing.is_some_and(|standing| standing != rules) && !has_if_match {
                return Ok(None);
            }
            let created = policy::set(w, &committee, &rules).await?;
            Ok(Some((created, if w.has_events() { w.version() } else { version })))
        })
        .await?;
    let Some((created, version)) = outcome else {
        return Err(Problem::new(
            Kind::PreconditionRequired,
            "Send If-Match with the ETag of the policy that you change.",
        ));
    };
    let location = call.own_href();
    Ok(Reply::put(created, view(&call, committee, rules), location).version(version))
}
