//! What a statement is asked to show, read and checked.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::routes::word_parameter::{amount_unit, word};
use crate::wire::as_of::AsOf;
use serde::Deserialize;
use utfall_domain::money::{AmountUnit, SignConvention};
use utfall_domain::period::Year;
use utfall_domain::permission::Reach;
use utfall_domain::statement::Columns;
use utfall_domain::text::Key;
use utoipa::IntoParams;

/// Vad uppställningen ska visa. What the statement is to show.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct StatementQuery {
    /// Nämnden; alla som token når när den inte anges. The committee; all that the token reaches when it is not said.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Året; kolumnerna är då utfall, budget, prognos och avvikelse. The year: its columns are then outcome, budget, forecast and deviation.
    #[param(minimum = 1990, maximum = 2100)]
    year: Option<i32>,
    /// Kolumner med komma emellan, högst tolv: outcome-ÅR, outcome-ÅR-MÅNAD, restated-ÅR, budget-ÅR, forecast-ÅR, forecast-ÅR-MÅNAD, plan-ÅR,
    /// proposal-ÅR, var och en med -cost eller -revenue för brutto; change:A:B och deviation:BUDGET:UTFALL av kolumner före. Columns with
    /// commas, at most twelve; each with -cost or -revenue for gross amounts; change and deviation are of columns before them.
    #[param(example = "outcome-2018-08,budget-2018,deviation:budget-2018:outcome-2018-08")]
    columns: Option<String>,
    /// Uppställningens nyckel. The key of a layout; without one the lines are the codes.
    layout: Option<String>,
    /// Djup i trädet, 1 är rötterna. The depth at which the tree is cut.
    #[param(minimum = 1, maximum = 20, default = 1)]
    depth: Option<u8>,
    /// Enhet; uppställningens när den inte anges, annars kr. The unit; the layout's when it is not said, else kr.
    #[param(inline, value_type = Option<words::Units>)]
    amount_unit: Option<String>,
    /// Teckenkonvention; uppställningens när den inte anges, annars cost-positive. The sign convention; the layout's when it is not said, else
    /// cost-positive.
    #[param(inline, value_type = Option<words::Signs>)]
    sign_convention: Option<String>,
    /// Prognosens källa; annars den senast inlagda. The source of forecasts; the newest entered when it is not said.
    forecast_source: Option<String>,
    /// Källan till budgetförslag. The source of budget proposals.
    plan_source: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// What is asked for.
pub(super) struct StatementAsked {
    pub(super) committee: Option<String>,
    pub(super) is_the_same_for_all: bool,
    pub(super) columns: Columns,
    pub(super) layout: Option<Key>,
    pub(super) depth: usize,
    pub(super) unit: Option<AmountUnit>,
    pub(super) sign: Option<SignConvention>,
    pub(super) forecast_source: Option<String>,
    pub(super) plan_source: Option<String>,
    pub(super) as_of: Option<AsOf>,
}

impl StatementAsked {
    pub(super) fn of(call: &Call<perm::Read>) -> Result<Self, Problem> {
        let query: StatementQuery = call.query()?;
        let columns = columns(query.columns.as_deref(), query.year)?;
        let depth = query.depth.unwrap_or(1);
        if !(1..=20).contains(&depth) {
            return Err(Problem::parameter("depth", &depth.to_string(), "is not from 1 to 20"));
        }
        let unit = amount_unit(query.amount_unit.as_deref())?;
        let signs = "is not cost-positive, debit-positive or result";
        let sign = word("signConvention", query.sign_convention.as_deref(), SignConvention::from_code, signs)?;
        let layout = query
            .layout
            .map(|text| Key::parse(&text).map_err(|why| Problem::parameter("layout", &text, &why.to_string())));
        let mut committees = call.committees(query.committee.as_deref())?;
        if committees.len() > 1 {
            let detail = "The token reaches several committees; name one with the parameter committee.";
            return Err(Problem::bad_request(detail));
        }
        Ok(Self {
            committee: committees.pop(),
            is_the_same_for_all: query.committee.is_some() || call.actor().reach == Reach::All,
            columns,
            layout: layout.transpose()?,
            depth: usize::from(depth),
            unit,
            sign,
            forecast_source: query.forecast_source,
            plan_source: query.plan_source,
            as_of: query.as_of,
        })
    }

    /// The last year among the columns: names and trees are of it.
    pub(super) fn year(&self) -> Result<Year, Problem> {
        let years = self.columns.0.iter().filter_map(|(_, column)| match column {
            utfall_domain::statement::Column::Ledger(ledger) => Some(ledger.year),
            _ => None,
        });
        years.max().ok_or_else(|| Problem::unfit_parameter("columns", "", "has no column of the ledger"))
    }
}

/// Columns are a small language of their own: what is wrong in it is a rule's to say, not a form's.
fn columns(text: Option<&str>, year: Option<i32>) -> Result<Columns, Problem> {
    let text = match (text, year) {
        (Some(text), None) => text.to_owned(),
        (None, Some(year)) => {
            let number = year.to_string();
            let year = Year::parse(&number).map_err(|why| Problem::parameter("year", &number, &why.to_string()))?;
            format!("outcome-{year},budget-{year},forecast-{year},deviation:budget-{year}:forecast-{year}")
        }
        (Some(_), Some(year)) => {
            return Err(Problem::unfit_parameter(
                "year",
                &year.to_string(),
                "stands beside columns; one of them is given",
            ));
        }
        (None, None) => return Problem::needed("columns", None),
    };
    Columns::parse(&text).map_err(|(part, why)| Problem::unfit_parameter("columns", &part, &why))
}
