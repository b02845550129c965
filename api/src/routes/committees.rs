//! Committees (nämnder): read and loaded whole.

use super::code_input::{CodeInput, LIST_BODY, LIST_PAGE, LIST_TYPES, ListChangesView};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::csv::{Cell, Table};
use crate::wire::fields::filled;
use crate::wire::json::from_json;
use crate::wire::link::Links;
use crate::wire::page::{Page, PageMeta};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use utfall_domain::code_plan::Committee;
use utfall_domain::permission::Reach;
use utfall_persistence::audit::resource_version;
use utfall_persistence::code_list;
use utfall_persistence::error::Refusal;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config.service(list_committees).service(put_committees);
}

/// En nämnd. A committee.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"code": "SN", "name": "Socialnämnden", "kind": "committee", "validFrom": null, "validTo": null}))]
struct CommitteeView {
    /// Nämndens kod. The committee's own code.
    code: String,
    /// Namn. The name.
    name: String,
    /// Slag: council, executive, committee, programme-committee, company, association eller group. What kind of body it is.
    #[schema(extensions(("x-enum" = json!(words::COMMITTEE_KINDS))))]
    kind: &'static str,
    /// Första dag. The first day, if it has one.
    #[schema(format = "date", example = "2018-01-01")]
    valid_from: Option<String>,
    /// Sista dag. The last day, if it has one.
    #[schema(format = "date", example = "2018-12-31")]
    valid_to: Option<String>,
}

/// Nämnderna. The committees.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committees": [{"code": "SN", "name": "Socialnämnden", "kind": "committee", "validFrom": null,
    "validTo": null}], "meta": {"totalRecords": 1, "page": 1, "limit": 20, "count": 1}, "_links": {}}))]
struct CommitteePage {
    /// Nämnderna, i listans ordning. The committees, in the order of the list.
    committees: Vec<CommitteeView>,
    meta: PageMeta,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for CommitteePage {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let row = |c: &CommitteeView| {
            let text = |text: &Option<String>| Cell::text(text.clone().unwrap_or_default());
            vec![Cell::text(&c.code), Cell::text(&c.name), Cell::text(c.kind), text(&c.valid_from), text(&c.valid_to)]
        };
        let headers = vec!["code", "name", "kind", "validFrom", "validTo"];
        Some(Table::new(headers, self.committees.iter().map(row).collect()))
    }
}

/// En nämnd att läsa in. A committee to load.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"code": "SN", "name": "Socialnämnden", "kind": "committee"}))]
struct CommitteeInput {
    /// Nämndens kod. The committee's own code.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// Namn. The name.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// Slag; committee om det saknas. The kind; committee when it is missing.
    #[schema(extensions(("x-enum" = json!(words::COMMITTEE_KINDS))))]
    kind: Option<String>,
    /// Första dag. The first day.
    #[schema(format = "date", example = "2018-01-01")]
    #[serde(default, deserialize_with = "filled")]
    valid_from: Option<String>,
    /// Sista dag. The last day.
    #[schema(format = "date", example = "2018-12-31")]
    #[serde(default, deserialize_with = "filled")]
    valid_to: Option<String>,
}

/// Nämndlistan. The whole list of committees.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"committees": [{"code": "SN", "name": "Socialnämnden", "kind": "committee"},
    {"code": "KS", "name": "Kommunstyrelsen", "kind": "executive"}]}))]
struct CommitteeList {
    /// Nämnderna. The committees.
    committees: Vec<CommitteeInput>,
}

impl CommitteeList {
    fn rows(self) -> Vec<CodeInput> {
        let row = |(row, input): (u32, CommitteeInput)| {
            let CommitteeInput { code, name, kind, valid_from, valid_to } = input;
            CodeInput {
                row,
                code,
                name,
                kind: kind.unwrap_or_default(),
                valid_from: valid_from.unwrap_or_default(),
                valid_to: valid_to.unwrap_or_default(),
                ..CodeInput::default()
            }
        };
        (1..).zip(self.committees).map(row).collect()
    }
}

/// Vad som ska läsas. What to read.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListQuery {
    /// Som registrerat vid denna tidpunkt; ett datum är dagens slut i Stockholm. As recorded at this moment; a bare date is the
    /// end of that day in Stockholm.
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 10000)]
    limit: Option<i64>,
}

fn view(committee: &Committee) -> CommitteeView {
    let Committee { code, name, kind, validity } = committee;
    CommitteeView {
        code: code.to_string(),
        name: name.to_string(),
        kind: kind.code(),
        valid_from: validity.from.map(|date| date.to_string()),
        valid_to: validity.to.map(|date| date.to_string()),
    }
}

/// Read the committees
///
/// Kommunens nämnder. The municipality's committees; a token bound to committees sees those only.
#[utoipa::path(tag = "Organisation", params(ListQuery), extensions(("x-right" = json!("read"))),
    responses((status = 200, description = "Nämnderna. The committees.",
        content((CommitteePage = "application/json"),
            (String = "text/csv", example = "code,name,kind,validFrom,validTo\nSN,Socialnämnden,committee,,\n")))))]
#[get("/municipalities/{municipalityCode}/committees")]
async fn list_committees(call: Call<perm::Read>) -> Result<Reply<CommitteePage>, Problem> {
    let query: ListQuery = call.query()?;
    let page = Page::new(query.page, query.limit, LIST_PAGE)?;
    let (list, version) = call
        .read(query.as_of, async |scope| {
            Ok((code_list::committees(scope).await?, resource_version(scope, "committees").await?))
        })
        .await?;
    let seen: Vec<&Committee> = list.iter().filter(|c| call.actor().reach.covers(c.code.as_str())).collect();
    let total = i64::try_from(seen.len()).unwrap_or_default();
    let committees: Vec<_> = page.of(&seen).iter().map(|committee| view(committee)).collect();
    let links = page.links(total, &call.own_href(), call.request().query_string());
    let meta = page.meta(total, committees.len());
    Ok(Reply::ok(CommitteePage { committees, meta, links }).version(version))
}

/// Load the committees
///
/// Ersätter hela listan: utelämnade nämnder avslutas om de används, annars tas de bort. Replaces the whole list: committees
/// that are left out are ended if used, removed if not.
#[utoipa::path(tag = "Organisation", extensions(("x-right" = json!("structure"))),
    request_body(content((CommitteeList = "application/json"),
        (String = "text/csv", example = "code;name;kind\nSN;Socialnämnden;committee\nKS;Kommunstyrelsen;executive\n"))),
    responses((status = 200, description = "Vad som ändrades. What changed.", body = ListChangesView)))]
#[put("/municipalities/{municipalityCode}/committees")]
async fn put_committees(mut call: Call<perm::Structure>) -> Result<Reply<ListChangesView>, Problem> {
    let bytes = call.body(LIST_TYPES, LIST_BODY).await?;
    let json = call.content_type() == "application/json";
    let pointed = |problem: Problem| if json { problem.in_list("committees") } else { problem };
    let rows = if call.content_type() == "text/csv" {
        CodeInput::from_csv(&bytes, &["code", "name", "kind", "validFrom", "validTo"])?
    } else {
        from_json::<CommitteeList>(&bytes)?.rows()
    };
    if call.actor().reach != Reach::All {
        let detail = "The list is the whole municipality's, and the token reaches some committees only.";
        return Err(Problem::new(crate::problem::Kind::Forbidden, detail));
    }
    let mut errors = Vec::new();
    let list: Vec<Committee> = rows.iter().filter_map(|row| row.committee(&mut errors)).collect();
    if !errors.is_empty() {
        return Err(pointed(Problem::invalid(errors)));
    }
    let expected = call.if_match()?;
    let (changes, version) = call
        .write(async |w| {
            let standing = resource_version(w, "committees").await?;
            if expected.is_some_and(|expected| expected != standing) {
                return Err(Refusal::Stale.into());
            }
            let changes = code_list::replace_committees(w, list.clone()).await?;
            Ok((changes, if w.has_events() { w.version() } else { standing }))
        })
        .await
        .map_err(pointed)?;
    Ok(Reply::ok(ListChangesView::new(rows.len(), changes)).version(version))
}
