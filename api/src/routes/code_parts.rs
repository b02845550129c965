//! The eight code parts: accounts, units, activities, projects, specifications, work orders, objects and counterparties.
//! One macro gives each its types, its two operations and its place in the contract; they differ in a few fields only.

use super::code_input::{CodeInput, LIST_BODY, LIST_PAGE, LIST_TYPES, ListChangesView};
use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::{examples, words};
use crate::problem::{Kind, Problem};
use crate::reply::{Body, Reply};
use crate::wire::as_of::AsOf;
use crate::wire::csv::{Cell, Table};
use crate::wire::fields::filled;
use crate::wire::json::from_json;
use crate::wire::link::Links;
use crate::wire::page::{Page, PageMeta};
use actix_web::{get, put};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utfall_domain::code_part::CodePart;
use utfall_domain::code_plan::{CodeRow, CodeTree};
use utfall_domain::permission::Reach;
use utfall_persistence::audit::resource_version;
use utfall_persistence::code_list;
use utfall_persistence::error::Refusal;
use utoipa::{IntoParams, ToSchema};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig) {
    config
        .configure(accounts::configure)
        .configure(units::configure)
        .configure(activities::configure)
        .configure(projects::configure)
        .configure(specifications::configure)
        .configure(work_orders::configure)
        .configure(objects::configure)
        .configure(counterparties::configure);
}

/// Vad som ska läsas. What to read.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct CodeQuery {
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

async fn read(call: &Call<perm::Read>, part: CodePart, query: &CodeQuery) -> Result<(CodeTree, i64), Problem> {
    call.read(query.as_of, async |scope| {
        Ok((code_list::tree(scope, part).await?, resource_version(scope, part.resource()).await?))
    })
    .await
}

async fn load(
    call: &Call<perm::Structure>,
    part: CodePart,
    rows: Vec<CodeInput>,
) -> Result<Reply<ListChangesView>, Problem> {
    if call.actor().reach != Reach::All {
        let detail = "The list is the whole municipality's, and the token reaches some committees only.";
        return Err(Problem::new(Kind::Forbidden, detail));
    }
    let mut errors = Vec::new();
    let list: Vec<CodeRow> = rows.iter().filter_map(|row| row.code_row(&mut errors)).collect();
    if !errors.is_empty() {
        return Err(Problem::invalid(errors));
    }
    let expected = call.if_match()?;
    let (changes, version) = call
        .write(async |w| {
            let standing = resource_version(w, part.resource()).await?;
            if expected.is_some_and(|expected| expected != standing) {
                return Err(Refusal::Stale.into());
            }
            let changes = code_list::replace_codes(w, part, list.clone()).await?;
            Ok((changes, if w.has_events() { w.version() } else { standing }))
        })
        .await?;
    Ok(Reply::ok(ListChangesView::new(rows.len(), changes)).version(version))
}

/// A field of a code, in and out.
trait Field {
    fn read(&self) -> String;
    fn cell(&self) -> Cell;
}

impl Field for Option<String> {
    fn read(&self) -> String {
        self.clone().unwrap_or_default()
    }
    fn cell(&self) -> Cell {
        self.as_deref().map_or(Cell::Empty, Cell::text)
    }
}

impl Field for Option<bool> {
    fn read(&self) -> String {
        self.map(|flag| flag.to_string()).unwrap_or_default()
    }
    fn cell(&self) -> Cell {
        Cell::text(self.unwrap_or_default().to_string())
    }
}

/// A code part's fields beside those that all have: name in Rust, name on the wire, type, what it is, and its value of a row.
macro_rules! code_part {
    (
        $module:ident, $part:ident, $path:literal, $list:ident, $wire:literal,
        $View:ident, $Page:ident, $Input:ident, $List:ident, $get:ident, $put:ident,
        read: $read_summary:literal, $read:literal, load: $load_summary:literal, $load:literal,
        example: $example:tt,
        { $( $(#[$doc:meta])* $field:ident : $type:ty, $name:literal, $value:expr; )* }
    ) => {
        mod $module {
            use super::*;

            const FIELDS: &[&str] = &["code", "name", "parent", $($name,)* "validFrom", "validTo"];

            pub(super) fn configure(config: &mut ServiceConfig) {
                config.service($get).service($put);
            }

            /// En kod, för den tid den gäller. A code, for the time that it is valid.
            #[derive(Serialize, ToSchema)]
            #[serde(rename_all = "camelCase")]
            #[schema(example = json!(examples::whole(FIELDS, &json!($example))))]
            struct $View {
                /// Kod. The code.
                code: String,
                /// Namn. The name.
                name: String,
                /// Överordnad kod. The code above it.
                parent: Option<String>,
                $( $(#[$doc])* $field: $type, )*
                /// Första dag. The first day, if it has one.
                #[schema(format = "date", example = "2018-01-01")]
                valid_from: Option<String>,
                /// Sista dag. The last day, if it has one.
                #[schema(format = "date", example = "2018-12-31")]
                valid_to: Option<String>,
            }

            impl From<&CodeRow> for $View {
                fn from(row: &CodeRow) -> Self {
                    Self {
                        code: row.code.to_string(),
                        name: row.name.to_string(),
                        parent: row.parent.as_ref().map(ToString::to_string),
                        $( $field: { let value: fn(&CodeRow) -> $type = $value; value(row) }, )*
                        valid_from: row.validity.from.map(|date| date.to_string()),
                        valid_to: row.validity.to.map(|date| date.to_string()),
                    }
                }
            }

            /// En sida koder. A page of codes.
            #[derive(Serialize, ToSchema)]
            #[serde(rename_all = "camelCase")]
            #[schema(example = json!({$wire: [examples::whole(FIELDS, &json!($example))], "meta": {"totalRecords": 1, "page": 1, "limit": 20, "count": 1}, "_links": {}}))]
            struct $Page {
                /// Koderna, i listans ordning. The codes, in the order of the list.
                $list: Vec<$View>,
                meta: PageMeta,
                #[serde(rename = "_links")]
                links: Links,
            }

            impl Body for $Page {
                const IS_TABLE: bool = true;

                fn table(&self) -> Option<Table> {
                    let row = |code: &$View| vec![
                        Cell::text(&code.code),
                        Cell::text(&code.name),
                        code.parent.cell(),
                        $( code.$field.cell(), )*
                        code.valid_from.cell(),
                        code.valid_to.cell(),
                    ];
                    Some(Table::new(FIELDS.iter().copied(), self.$list.iter().map(row).collect()))
                }
            }

            /// En kod att läsa in. A code to load; only code and name are needed, and an account's nature.
            #[derive(Deserialize, ToSchema)]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            #[schema(example = json!($example))]
            struct $Input {
                /// Kod. The code.
                #[schema(min_length = 1, max_length = 40)]
                code: String,
                /// Namn. The name.
                #[schema(min_length = 1, max_length = 200)]
                name: String,
                /// Överordnad kod. The code above it.
                parent: Option<String>,
                $( $(#[$doc])* $field: $type, )*
                /// Första dag. The first day.
                #[schema(format = "date", example = "2018-01-01")]
                #[serde(default, deserialize_with = "filled")]
                valid_from: Option<String>,
                /// Sista dag. The last day.
                #[schema(format = "date", example = "2018-12-31")]
                #[serde(default, deserialize_with = "filled")]
                valid_to: Option<String>,
            }

            /// Hela listan. The whole list.
            #[derive(Deserialize, ToSchema)]
            #[serde(rename_all = "camelCase", deny_unknown_fields)]
            #[schema(example = json!({$wire: [$example]}))]
            struct $List {
                /// Koderna. The codes.
                $list: Vec<$Input>,
            }

            impl $List {
                fn rows(self) -> Vec<CodeInput> {
                    let row = |(row, input): (u32, $Input)| {
                        let $Input { code, name, parent, $($field,)* valid_from, valid_to } = input;
                        CodeInput {
                            row, code, name,
                            parent: parent.read(),
                            $( $field: $field.read(), )*
                            valid_from: valid_from.read(),
                            valid_to: valid_to.read(),
                            ..CodeInput::default()
                        }
                    };
                    (1..).zip(self.$list).map(row).collect()
                }
            }

            #[doc = $read_summary]
            #[doc = ""]
            #[doc = $read]
            #[utoipa::path(tag = "Code plan", params(CodeQuery), extensions(("x-right" = json!("read"))),
                responses((status = 200, description = "Koderna. The codes.",
                    content(($Page = "application/json"),
                        (String = "text/csv", example = json!(examples::csv_out(FIELDS, &json!($example))))))))]
            #[get($path)]
            async fn $get(call: Call<perm::Read>) -> Result<Reply<$Page>, Problem> {
                let query: CodeQuery = call.query()?;
                let page = Page::new(query.page, query.limit, LIST_PAGE)?;
                let (tree, version) = read(&call, CodePart::$part, &query).await?;
                let total = i64::try_from(tree.rows().len()).unwrap_or_default();
                let $list: Vec<$View> = page.of(tree.rows()).iter().map($View::from).collect();
                let links = page.links(total, &call.own_href(), call.request().query_string());
                let meta = page.meta(total, $list.len());
                Ok(Reply::ok($Page { $list, meta, links }).version(version))
            }

            #[doc = $load_summary]
            #[doc = ""]
            #[doc = $load]
            #[utoipa::path(tag = "Code plan", extensions(("x-right" = json!("structure"))),
                request_body(content(($List = "application/json"),
                    (String = "text/csv", example = json!(examples::csv_in(FIELDS, &json!($example)))))),
                responses((status = 200, description = "Vad som ändrades. What changed.", body = ListChangesView)))]
            #[put($path)]
            async fn $put(mut call: Call<perm::Structure>) -> Result<Reply<ListChangesView>, Problem> {
                let bytes = call.body(LIST_TYPES, LIST_BODY).await?;
                let rows = if call.content_type() == "text/csv" {
                    CodeInput::from_csv(&bytes, FIELDS)?
                } else {
                    from_json::<$List>(&bytes)?.rows()
                };
                let json = call.content_type() == "application/json";
                let pointed = |problem: Problem| if json { problem.in_list($wire) } else { problem };
                load(&call, CodePart::$part, rows).await.map_err(pointed)
            }
        }
    };
}

code_part! {
    accounts, Account, "/municipalities/{municipalityCode}/accounts", accounts, "accounts",
    AccountView, AccountPage, AccountInput, AccountList, list_accounts, put_accounts,
    read: "Read the accounts", "Kontoplanen. The chart of accounts.",
    load: "Load the accounts", "Ersätter hela kontoplanen. Replaces the whole chart of accounts: codes that are left out are ended if used, removed if not.",
    example: {"code": "4551", "name": "Köp av vård på institution", "nature": "cost", "resultLine": "verksamhetens-kostnader", "excludedFromNetCost": false},
    {
        /// Slag: revenue, cost, asset, liability eller equity. What the account is; needed.
        #[schema(extensions(("x-enum" = json!(words::NATURES))))]
        nature: Option<String>, "nature", |row| row.nature.map(|nature| nature.code().to_owned());
        /// Rad i resultaträkningen. The line of the income statement.
        result_line: Option<String>, "resultLine", |row| row.result_line.clone();
        /// Ingår inte i nettokostnaden (kommunbidrag). Outside net cost, such as municipal allocation.
        excluded_from_net_cost: Option<bool>, "excludedFromNetCost", |row| Some(row.excluded_from_net_cost);
    }
}
code_part! {
    units, Unit, "/municipalities/{municipalityCode}/units", units, "units",
    UnitView, UnitPage, UnitInput, UnitList, list_units, put_units,
    read: "Read the units", "Ansvarsenheterna. The units.",
    load: "Load the units", "Ersätter hela listan; historiken följer med när en enhet flyttar. Replaces the whole list; a unit that moves belongs to each committee in its time.",
    example: {"code": "3102", "name": "Individ- och familjeomsorg", "committee": "SN"},
    {
        /// Nämnd; ärvs nedåt i trädet. The committee, inherited down the tree.
        committee: Option<String>, "committee", |row| row.committee.as_ref().map(ToString::to_string);
    }
}
code_part! {
    activities, Activity, "/municipalities/{municipalityCode}/activities", activities, "activities",
    ActivityView, ActivityPage, ActivityInput, ActivityList, list_activities, put_activities,
    read: "Read the activities", "Verksamheterna. The activities.",
    load: "Load the activities", "Ersätter hela listan. Replaces the whole list.",
    example: {"code": "HVBU", "name": "HVB unga", "rsRow": "554", "outsideFrame": false},
    {
        /// Rad i räkenskapssammandraget. SCB's row in the municipal accounts statistics.
        rs_row: Option<String>, "rsRow", |row| row.rs_row.clone();
        /// Utanför budgetramen. Outside the budget frame.
        outside_frame: Option<bool>, "outsideFrame", |row| Some(row.outside_frame);
    }
}
code_part! {
    projects, Project, "/municipalities/{municipalityCode}/projects", projects, "projects",
    ProjectView, ProjectPage, ProjectInput, ProjectList, list_projects, put_projects,
    read: "Read the projects", "Projekten. The projects.",
    load: "Load the projects", "Ersätter hela listan. Replaces the whole list.",
    example: {"code": "P1", "name": "Ny gruppbostad"},
    {}
}
code_part! {
    specifications, Specification, "/municipalities/{municipalityCode}/specifications", specifications, "specifications",
    SpecificationView, SpecificationPage, SpecificationInput, SpecificationList, list_specifications, put_specifications,
    read: "Read the specifications", "Specifikationerna. The specifications.",
    load: "Load the specifications", "Ersätter hela listan. Replaces the whole list.",
    example: {"code": "01", "name": "Flickor"},
    {}
}
code_part! {
    work_orders, WorkOrder, "/municipalities/{municipalityCode}/work-orders", work_orders, "workOrders",
    WorkOrderView, WorkOrderPage, WorkOrderInput, WorkOrderList, list_work_orders, put_work_orders,
    read: "Read the work orders", "Arbetsorderna. The work orders.",
    load: "Load the work orders", "Ersätter hela listan. Replaces the whole list.",
    example: {"code": "A100", "name": "Byte av tak"},
    {}
}
code_part! {
    objects, Object, "/municipalities/{municipalityCode}/objects", objects, "objects",
    ObjectView, ObjectPage, ObjectInput, ObjectList, list_objects, put_objects,
    read: "Read the objects", "Objekten. The objects.",
    load: "Load the objects", "Ersätter hela listan. Replaces the whole list.",
    example: {"code": "F12", "name": "Rådhuset"},
    {}
}
code_part! {
    counterparties, Counterparty, "/municipalities/{municipalityCode}/counterparties", counterparties, "counterparties",
    CounterpartyView, CounterpartyPage, CounterpartyInput, CounterpartyList, list_counterparties, put_counterparties,
    read: "Read the counterparties", "Motparterna. The counterparties.",
    load: "Load the counterparties", "Ersätter hela listan. Replaces the whole list.",
    example: {"code": "820", "name": "Kommunala bolag"},
    {}
}
