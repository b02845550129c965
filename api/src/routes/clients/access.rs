//! Who is let in: clients with their roles and committees.

use super::client_view::{ClientDocument, ClientView};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::routes::steering::{ReasonQuery, for_all, key, precondition};
use crate::wire::as_of::AsOfQuery;
use crate::wire::fields::Fields;
use crate::wire::link::{Link, Links};
use crate::wire::page::{ListQuery, Page, PageMeta};
use actix_web::{get, put};
use serde::Serialize;
use utfall_domain::client::Client;
use utfall_persistence::client::{client, client_id, client_resource, clients, put_client};
use utfall_persistence::error::Refusal;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_clients).service(get_client).service(put_client_document);
}

/// En sida klienter. A page of clients, by key.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"clients": [], "meta": {"totalRecords": 0, "page": 1, "limit": 20, "count": 0}, "_links": {}}))]
struct ClientPage {
    /// Klienterna. The clients.
    clients: Vec<ClientView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for ClientPage {}
impl Body for ClientView {}

fn view(call: &Call<perm::Clients>, client_key: String, found: Client) -> Result<ClientView, Problem> {
    let own = call.municipality_href(&client_resource(&client_key));
    let links = Links { own: Some(Link::get("self", own)), ..Links::default() };
    let client_id = client_id(call.municipality()?, &client_key);
    Ok(ClientView { client_key, client_id, content: found.into(), links })
}

/// List the clients
///
/// Vilka system och personer som kommunen släpper in. Which systems and persons the municipality lets in.
#[utoipa::path(tag = "Access", params(ListQuery), extensions(("x-right" = json!("clients"))),
    responses((status = 200, description = "En sida klienter. A page of clients.", body = ClientPage)))]
#[get("/municipalities/{municipalityCode}/clients")]
async fn list_clients(call: Call<perm::Clients>) -> Result<Reply<ClientPage>, Problem> {
    for_all(&call)?;
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, 1000)?;
    let (found, version) = call.read(query.as_of, async |scope| Ok((clients(scope).await?, scope.version()))).await?;
    let total = i64::try_from(found.len()).unwrap_or_default();
    let shown = page.of(&found).iter().cloned();
    let clients: Vec<_> = shown.map(|(key, found)| view(&call, key, found)).collect::<Result<_, _>>()?;
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, clients.len());
    Ok(Reply::ok(ClientPage { clients, meta, links }).version(version))
}

/// Read a client
///
/// Klientens roll, nämnder och nycklar. The client's role, committees and keys.
#[utoipa::path(tag = "Access", params(AsOfQuery), extensions(("x-right" = json!("clients"))),
    responses((status = 200, description = "Klienten. The client.", body = ClientView)))]
#[get("/municipalities/{municipalityCode}/clients/{clientKey}")]
async fn get_client(call: Call<perm::Clients>) -> Result<Reply<ClientView>, Problem> {
    for_all(&call)?;
    let query: AsOfQuery = call.query()?;
    let key = key(&call, "clientKey")?;
    let (found, version) =
        call.read(query.as_of, async |scope| Ok(client(scope, key.as_str()).await?.ok_or(Refusal::NotFound)?)).await?;
    Ok(Reply::ok(view(&call, key.to_string(), found)?).version(version))
}

/// Let a client in
///
/// Ändras rollen, nämnderna eller subject upphör klientens utgivna tokens genast; det räknas från nästa anrop. Att ändra kräver If-Match.
/// Where its role, committees or subject change, or it is closed, the tokens that it has end at once: it counts from the next request.
/// Changing it takes If-Match.
#[utoipa::path(tag = "Access", operation_id = "put_client", params(ReasonQuery), request_body = ClientDocument,
    extensions(("x-right" = json!("clients")), ("x-if-match" = json!("required"))),
    responses((status = 200, description = "Klienten. The client.", body = ClientView),
              (status = 201, description = "En ny klient. A new client.", body = ClientView)))]
#[put("/municipalities/{municipalityCode}/clients/{clientKey}")]
async fn put_client_document(mut call: Call<perm::Clients>) -> Result<Reply<ClientView>, Problem> {
    let key = key(&call, "clientKey")?;
    for_all(&call)?;
    let (reason, precondition) = (ReasonQuery::of(&call)?, precondition(&call)?);
    let input: ClientDocument = call.json().await?;
    let mut fields = Fields::default();
    let new = input.read(&mut fields);
    let new = fields.done(new)?;
    let put = call.write(async |w| put_client(w, key.as_str(), new.clone(), precondition, &reason).await).await;
    let put = put.map_err(Problem::in_document)?;
    let location = call.own_href();
    Ok(Reply::put(put.is_new, view(&call, key.to_string(), put.body)?, location).version(put.version))
}
