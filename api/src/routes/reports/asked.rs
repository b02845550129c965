//! What a report is asked to show, read and checked.

use crate::auth::call::Call;
use crate::auth::perm;
use crate::contract::words;
use crate::problem::Problem;
use crate::routes::word_parameter::{amount_unit, word};
use crate::wire::as_of::AsOf;
use serde::Deserialize;
use utfall_domain::money::{AmountUnit, SignConvention};
use utfall_domain::period::Month;
use utfall_domain::permission::Reach;
use utfall_domain::rollup::Dimension;
use utoipa::IntoParams;

/// Vad rapporten ska visa. What the report is to show.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ReportQuery {
    /// Nämnden. The committee; all that the token reaches when it is not said.
    #[param(example = "SN")]
    committee: Option<String>,
    /// Månaden som rapporten gäller till och med. The month that the report goes through; needed.
    #[param(pattern = "^(199[0-9]|20[0-9]{2}|2100)-(0[1-9]|1[0-3])$", example = "2018-08")]
    period: Option<String>,
    /// Rader per activity, unit eller account. What the rows are.
    #[param(inline, value_type = Option<words::Dimensions>)]
    by: Option<String>,
    /// Djup i trädet, 1 är rötterna. The depth at which the tree is cut; 1 gives a row for each root.
    #[param(minimum = 1, maximum = 20, default = 1)]
    depth: Option<u8>,
    /// Enhet: kr, tkr eller mnkr. The unit.
    #[param(inline, value_type = Option<words::Units>)]
    amount_unit: Option<String>,
    /// Teckenkonvention: cost-positive, debit-positive eller result. Which way amounts point; cost-positive when it is not said.
    #[param(inline, value_type = Option<words::Signs>)]
    sign_convention: Option<String>,
    /// year-to-date (januari till och med månaden) eller month (bara månaden). January through the month, or the month.
    #[param(inline, value_type = Option<words::Spans>)]
    span: Option<String>,
    /// Prognosens källa; annars den senast inlagda. The source of the forecast; the newest entered when it is not said.
    forecast_source: Option<String>,
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    as_of: Option<AsOf>,
}

/// What is asked for, read and checked.
pub(in crate::routes) struct Asked {
    pub(super) committee: Option<String>,
    /// Whether the address says which committee, or the token reaches all: the answer is then the same for all who may ask.
    pub(super) is_the_same_for_all: bool,
    pub(super) month: Month,
    pub(super) dimension: Dimension,
    pub(super) depth: usize,
    pub(super) unit: AmountUnit,
    pub(super) sign: SignConvention,
    pub(super) month_only: bool,
    pub(super) forecast_source: Option<String>,
    pub(super) as_of: Option<AsOf>,
}

impl Asked {
    pub(super) fn of(call: &Call<perm::Read>) -> Result<Self, Problem> {
        let query: ReportQuery = call.query()?;
        let named = |name: &str, text: &Option<String>, names: &str| {
            let text = text.clone().unwrap_or_default();
            Problem::parameter(name, &text, &format!("is not {names}"))
        };
        let period = Problem::needed("period", query.period.clone())?;
        let month = Month::parse(&period).map_err(|why| Problem::parameter("period", &period, &why.to_string()))?;
        let dimension = query.by.as_deref().map_or(Some(Dimension::Activity), Dimension::from_code);
        let unit = amount_unit(query.amount_unit.as_deref())?.unwrap_or_default();
        let signs = "is not cost-positive, debit-positive or result";
        let sign = word("signConvention", query.sign_convention.as_deref(), SignConvention::from_code, signs)?;
        let month_only = match query.span.as_deref() {
            None | Some("year-to-date") => false,
            Some("month") => true,
            Some(_) => return Err(named("span", &query.span, "year-to-date or month")),
        };
        let depth = query.depth.unwrap_or(1);
        if !(1..=20).contains(&depth) {
            return Err(Problem::parameter("depth", &depth.to_string(), "is not from 1 to 20"));
        }
        let mut committees = call.committees(query.committee.as_deref())?;
        if committees.len() > 1 {
            return Err(Problem::bad_request(
                "The token reaches several committees; name one with the parameter committee.",
            ));
        }
        Ok(Self {
            committee: committees.pop(),
            is_the_same_for_all: query.committee.is_some() || call.actor().reach == Reach::All,
            month,
            dimension: dimension.ok_or_else(|| named("by", &query.by, "activity, unit or account"))?,
            depth: usize::from(depth),
            unit,
            sign: sign.unwrap_or(SignConvention::CostPositive),
            month_only,
            forecast_source: query.forecast_source,
            as_of: query.as_of,
        })
    }

    /// A committee's activities through a month in kr, cost positive: the figures of its follow-up.
    pub(in crate::routes) const fn of_follow_up(committee: String, month: Month) -> Self {
        Self {
            committee: Some(committee),
            is_the_same_for_all: true,
            month,
            dimension: Dimension::Activity,
            depth: 1,
            unit: AmountUnit::Kronor,
            sign: SignConvention::CostPositive,
            month_only: false,
            forecast_source: None,
            as_of: None,
        }
    }

    pub(super) fn first_month(&self) -> u8 {
        if self.month_only { self.month.number() } else { 1 }
    }
}
