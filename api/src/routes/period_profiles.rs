//! Period profiles (periodiseringsprofiler): twelve named weights that spread a year's amount. `even` is always there.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::link::{Link, Links};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::distribution::Profile;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::{Code, Name};
use utfall_persistence::audit::resource_version;
use utfall_persistence::error::Refusal;
use utfall_persistence::period_profile::{self, NamedProfile};
use utoipa::openapi::schema::{Array, ArrayBuilder, Type};
use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat};
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_period_profiles).service(put_period_profiles);
}

/// En profil. A profile.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"code": "summer", "name": "Sommar", "weights": [1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1]}))]
struct PeriodProfile {
    /// Kod som rader hänvisar till. The code that rows refer to.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// Namn. The name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Tolv vikter, januari till december. Twelve weights, January to December: whole numbers, not all zero.
    #[schema(schema_with = weights)]
    weights: Vec<u32>,
}

/// Vikterna i kontraktet; talen är heltal utan tecken. The weights in the contract: they go as high as their type does.
fn weights() -> Array {
    let weight = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(0))
        .maximum(Some(u32::MAX));
    let meaning =
        "Tolv vikter, januari till december. Twelve weights, January to December: whole numbers, not all zero.";
    ArrayBuilder::new().description(Some(meaning)).items(weight).min_items(Some(12)).max_items(Some(12)).build()
}

/// Profilerna. The profiles.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"periodProfiles": [{"code": "summer", "name": "Sommar",
    "weights": [1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1]}], "_links": {}}))]
struct PeriodProfilesView {
    /// Profilerna. The profiles.
    period_profiles: Vec<PeriodProfile>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for PeriodProfilesView {}

/// Hela listan. The whole list.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"periodProfiles": [{"code": "summer", "name": "Sommar",
    "weights": [1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1]}]}))]
struct PeriodProfilesInput {
    /// Profilerna. The profiles.
    period_profiles: Vec<PeriodProfile>,
}

/// Vad som ska läsas. What to read.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ProfileQuery {
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

fn view<P: perm::Permission + 'static>(call: &Call<P>, list: Vec<NamedProfile>) -> PeriodProfilesView {
    let profile = |NamedProfile { code, name, profile }: NamedProfile| PeriodProfile {
        code,
        name,
        weights: profile.weights().to_vec(),
    };
    let own = Link::get("self", call.own_href());
    PeriodProfilesView {
        period_profiles: list.into_iter().map(profile).collect(),
        links: Links { own: Some(own), ..Links::default() },
    }
}

/// Read the period profiles
///
/// Namngivna profiler; even finns alltid och står inte i listan. Named profiles; even is always there and not in the list.
#[utoipa::path(tag = "Code plan", params(ProfileQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Profilerna. The profiles.", body = PeriodProfilesView)))]
#[get("/municipalities/{municipalityCode}/period-profiles")]
async fn list_period_profiles(call: Call<perm::Read>) -> Result<Reply<PeriodProfilesView>, Problem> {
    let query: ProfileQuery = call.query()?;
    let (list, version) = call
        .read(query.as_of, async |scope| {
            Ok((period_profile::profiles(scope).await?, resource_version(scope, "period-profiles").await?))
        })
        .await?;
    Ok(Reply::ok(view(&call, list)).version(version))
}

/// Load the period profiles
///
/// Ersätter hela listan; budgetar som redan är inlästa behåller sina månader. Replaces the whole list; budgets that are posted
/// keep the months they got.
#[utoipa::path(tag = "Code plan", request_body = PeriodProfilesInput, extensions(("x-right" = json!("structure"))),
    responses((status = 200, description = "Profilerna. The profiles.", body = PeriodProfilesView)))]
#[put("/municipalities/{municipalityCode}/period-profiles")]
async fn put_period_profiles(mut call: Call<perm::Structure>) -> Result<Reply<PeriodProfilesView>, Problem> {
    let input: PeriodProfilesInput = call.json().await?;
    let list = named(input.period_profiles)?;
    let expected = call.if_match()?;
    let version = call
        .write(async |w| {
            let standing = resource_version(w, "period-profiles").await?;
            if expected.is_some_and(|expected| expected != standing) {
                return Err(Refusal::Stale.into());
            }
            Ok(if period_profile::replace(w, &list).await? { w.version() } else { standing })
        })
        .await?;
    Ok(Reply::ok(view(&call, list)).version(version))
}

fn named(input: Vec<PeriodProfile>) -> Result<Vec<NamedProfile>, Problem> {
    let mut errors = Vec::new();
    let mut list: Vec<NamedProfile> = Vec::new();
    for (row, PeriodProfile { code, name, weights }) in (1..).zip(input) {
        let mut fault = |field: &str, value: &str, reason: String| {
            errors.push(RowError::at(row, None, field, value, Fault::Format, reason));
        };
        if let Err(why) = Code::parse(&code) {
            fault("code", &code, why.to_string());
        } else if code == "even" || list.iter().any(|other| other.code == code) {
            fault("code", &code, "is taken already".into());
        }
        if let Err(why) = Name::parse(&name) {
            fault("name", &name, why.to_string());
        }
        match Profile::new(&weights) {
            Some(profile) => list.push(NamedProfile { code, name, profile }),
            None => {
                fault(
                    "weights",
                    &format!("{weights:?}"),
                    "are not twelve whole numbers, one of them above zero".into(),
                );
            }
        }
    }
    if errors.is_empty() { Ok(list) } else { Err(Problem::invalid(errors)) }
}
