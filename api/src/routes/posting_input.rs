//! A delivery as JSON, as the contract pictures what `delivery::json_rows` reads token by token.

use super::example;
use crate::contract::words;
use crate::wire::amount::Amount;
use utoipa::ToSchema;

/// En leverans som JSON. A delivery as JSON.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!(example::outcome()))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
pub(super) struct PostingInput {
    /// Utfall: month eller accumulated. What an outcome covers.
    #[schema(extensions(("x-enum" = json!(words::BASES))))]
    basis: Option<String>,
    /// kr, tkr eller mnkr. The unit of every amount.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: Option<String>,
    /// debit-positive, result eller cost-positive. Which way every amount points.
    #[schema(extensions(("x-enum" = json!(words::SIGNS))))]
    sign_convention: Option<String>,
    /// Budget: adopted eller proposal. Whether a budget counts.
    #[schema(extensions(("x-enum" = json!(words::BUDGET_STATUSES))))]
    status: Option<String>,
    /// Budget: profil för årsbelopp. The profile of year amounts that name none.
    profile: Option<String>,
    /// Kontrollsummor. Control totals.
    control_totals: Option<ControlTotalsInput>,
    /// Raderna. The rows.
    entries: Vec<EntryInput>,
}

/// Kontrollsummor. What the sender says that the rows sum to, in the delivery's unit and sign.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"rowCount": 1, "net": 65_251_000}))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
struct ControlTotalsInput {
    /// Antal rader. How many rows.
    row_count: Option<u32>,
    /// Debet. The sum of the debits.
    debit: Option<Amount>,
    /// Kredit. The sum of the credits.
    credit: Option<Amount>,
    /// Netto. The sum of all.
    net: Option<Amount>,
    /// Netto per nämnd. The net per committee.
    committees: Option<Vec<CommitteeTotalInput>>,
    /// Netto per kontoklass. The net per account class.
    account_classes: Option<Vec<AccountClassTotalInput>>,
}

/// En nämnds netto. A committee's net.
#[derive(ToSchema)]
#[schema(example = json!({"committee": "SN", "net": 65_251_000}))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
struct CommitteeTotalInput {
    /// Nämnden. The committee.
    committee: String,
    /// Netto. The net.
    net: Amount,
}

/// En kontoklass netto. The net of the accounts that begin with a text.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"accountClass": "4", "net": 65_251_000}))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
struct AccountClassTotalInput {
    /// Kontoklassen. The account class.
    account_class: String,
    /// Netto. The net.
    net: Amount,
}

/// En rad. One row: an amount on a code string.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase", example = json!({"account": "4551", "unit": "3102", "activity": "HVBU", "amount": 65_251_000}))]
#[expect(dead_code, reason = "the contract's picture of what delivery::json_rows reads token by token")]
struct EntryInput {
    /// Konto. The account; an outcome must have it.
    account: Option<String>,
    /// Ansvar. The unit.
    unit: Option<String>,
    /// Nämnd, när ansvar saknas. The committee, needed when there is no unit.
    committee: Option<String>,
    /// Verksamhet. The activity.
    activity: Option<String>,
    /// Projekt. The project.
    project: Option<String>,
    /// Specifikation. The specification.
    specification: Option<String>,
    /// Arbetsorder. The work order.
    work_order: Option<String>,
    /// Objekt. The object.
    object: Option<String>,
    /// Motpart. The counterparty.
    counterparty: Option<String>,
    /// Budget: månad. A budget row's month.
    period: Option<String>,
    /// Budget: profil. The profile that spreads a budget row's year amount.
    profile: Option<String>,
    /// Belopp. The amount.
    amount: Amount,
    /// Kvantitet. A count.
    #[schema(value_type = Option<f64>)]
    quantity: Option<String>,
    /// Text. The row's text.
    text: Option<String>,
}
