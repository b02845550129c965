//! The secrets of clients: made here, shown once. Two hold at the same time, so that one takes over from the other without a stop.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::oauth::secret::{hashed, random};
use crate::problem::{Kind, Problem};
use crate::reply::{Body, Reply};
use crate::routes::steering::{ReasonQuery, for_all, key, moment, precondition};
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{get, put};
use chrono::DateTime;
use serde::{Deserialize, Serialize};
use utfall_domain::text::Key;
use utfall_persistence::client::{ClientSecret, client, put_secret, secret, secret_resource, secrets};
use utfall_persistence::error::Refusal;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_client_secrets).service(get_client_secret).service(put_client_secret);
}

/// Vad som ska gälla för hemligheten. What is to become of the secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"revoked": false}))]
struct ClientSecretInput {
    /// Om den ska upphöra att gälla. Whether it is to hold no more.
    revoked: bool,
}

/// En hemlighet. A secret of a client.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"secretKey": "first", "createdAt": "2026-11-27T08:00:00.000000Z", "revoked": false,
    "secret": "r4nd0m", "_links": {}}))]
struct ClientSecretView {
    /// Hemlighetens nyckel. What it is called.
    secret_key: String,
    /// När den gjordes. When it was made.
    #[schema(format = "date-time", example = "2026-11-27T08:00:00Z")]
    created_at: String,
    /// Om den har upphört att gälla. Whether it holds no more.
    revoked: bool,
    /// Hemligheten, visas bara när den görs. The secret itself, shown only when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ClientSecretView {}

/// En sida hemligheter. A page of secrets, by key; never the secrets themselves.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"secrets": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ClientSecretPage {
    /// Hemligheterna. The secrets.
    secrets: Vec<ClientSecretView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ClientSecretPage {}

fn view(call: &Call<perm::Clients>, of: &Key, secret_key: String, found: &ClientSecret) -> ClientSecretView {
    let own = call.municipality_href(&secret_resource(of.as_str(), &secret_key));
    let links = Links { own: Some(Link::get("self", own)), ..Links::default() };
    let created_at = DateTime::from_timestamp_micros(found.created_at).map(moment).unwrap_or_default();
    ClientSecretView { secret_key, created_at, revoked: found.revoked, secret: None, links }
}

/// List a client's secrets
///
/// När de gjordes och om de gäller, aldrig hemligheterna själva. When they were made and whether they hold, never the secrets themselves.
#[utoipa::path(tag = "Access", params(ListQuery), extensions(("x-right" = json!("clients"))),
    responses((status = 200, description = "En sida hemligheter. A page of secrets.", body = ClientSecretPage)))]
#[get("/municipalities/{municipalityCode}/clients/{clientKey}/secrets")]
async fn list_client_secrets(call: Call<perm::Clients>) -> Result<Reply<ClientSecretPage>, Problem> {
    for_all(&call)?;
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let of = key(&call, "clientKey")?;
    let found = call.read(query.as_of, async |scope| {
        client(scope, of.as_str()).await?.ok_or(Refusal::NotFound)?;
        Ok((secrets(scope, of.as_str()).await?, scope.version()))
    });
    let (found, version) = found.await?;
    let total = i64::try_from(found.len()).unwrap_or_default();
    let secrets: Vec<_> = page.of(&found).iter().map(|(key, found)| view(&call, &of, key.clone(), found)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, secrets.len());
    Ok(Reply::ok(ClientSecretPage { secrets, meta, links }).version(version))
}

/// Read a client's secret
///
/// När den gjordes och om den gäller, aldrig hemligheten själv. When it was made and whether it holds, never the secret itself.
#[utoipa::path(tag = "Access", extensions(("x-right" = json!("clients"))),
    responses((status = 200, description = "Hemligheten. The secret.", body = ClientSecretView)))]
#[get("/municipalities/{municipalityCode}/clients/{clientKey}/secrets/{secretKey}")]
async fn get_client_secret(call: Call<perm::Clients>) -> Result<Reply<ClientSecretView>, Problem> {
    for_all(&call)?;
    let (of, key) = (key(&call, "clientKey")?, key(&call, "secretKey")?);
    let found =
        call.read(None, async |scope| Ok(secret(scope, of.as_str(), key.as_str()).await?.ok_or(Refusal::NotFound)?));
    let (found, version) = found.await?;
    Ok(Reply::ok(view(&call, &of, key.to_string(), &found)).version(version))
}

/// Make or revoke a client's secret
///
/// Görs en ny visas den i svaret, bara då. Två gäller samtidigt; en tredje nekas med 409. En återkallad gäller aldrig igen. Att återkalla
/// kräver If-Match. A new one is shown in the answer, only then. Two hold at the same time; a third is refused (409). A revoked one never
/// holds again. Revoking takes If-Match.
#[utoipa::path(tag = "Access", params(ReasonQuery), request_body = ClientSecretInput,
    extensions(("x-right" = json!("clients")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Hemligheten som den är. The secret as it stands.", body = ClientSecretView),
              (status = 201, description = "En ny hemlighet. A new secret.", body = ClientSecretView),
              (status = 409, description = "Två gäller redan, eller den är återkallad. Two hold already, or it is revoked.",
        body = crate::problem::ProblemView, content_type = "application/problem+json")))]
#[put("/municipalities/{municipalityCode}/clients/{clientKey}/secrets/{secretKey}")]
async fn put_client_secret(mut call: Call<perm::Clients>) -> Result<Reply<ClientSecretView>, Problem> {
    let (of, key) = (key(&call, "clientKey")?, key(&call, "secretKey")?);
    for_all(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let ClientSecretInput { revoked } = call.json().await?;
    let standing = call.read(None, async |scope| secret(scope, of.as_str(), key.as_str()).await).await?;
    let failed = || Problem::new(Kind::Internal, "Nothing is stored: no secret could be made.");
    let (made, hash) = if standing.is_some() || revoked {
        (String::new(), String::new())
    } else {
        let made = random().ok_or_else(failed)?;
        let hashing = made.clone();
        // Off the worker, since it takes a core for a while.
        let hash = actix_web::web::block(move || hashed(&hashing)).await.ok().flatten().ok_or_else(failed)?;
        (made, hash)
    };
    let put =
        call.write(async |w| put_secret(w, (of.as_str(), key.as_str()), revoked, &hash, precondition, &reason).await);
    let put = put.await.map_err(Problem::in_document)?;
    let secret = put.is_new.then_some(made);
    let view = ClientSecretView { secret, ..view(&call, &of, key.to_string(), &put.body) };
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view, location).version(put.version).unkept())
}
