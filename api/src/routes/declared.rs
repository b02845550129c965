//! What a delivery declares of itself, in its query or its body: read, checked, said once.

use crate::contract::words;
use crate::delivery::{ControlTotals as StatedTotals, Declarations, Format};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use utfall_domain::control_total::ControlTotals;
use utfall_domain::money::{AmountUnit, DecimalMark, Money, SignConvention};
use utfall_domain::posting::{Basis, BudgetStatus, Kind, Reading};
use utfall_domain::row_error::{Fault, RowError};
use utfall_persistence::posting::{OnLocked, OnUnknownCode};
use utoipa::IntoParams;

/// Hur leveransen ska läsas. How to read the delivery. A JSON body may say the first five itself, but not both.
#[derive(Debug, Clone, Default, Deserialize, Serialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Declared {
    /// Utfall: month (bara månaden) eller accumulated (januari till och med månaden). Outcomes: month, or January through it.
    #[param(inline, value_type = Option<words::Bases>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    /// Beloppens enhet: kr, tkr eller mnkr. The unit of the amounts; kr when it is not said.
    #[param(inline, value_type = Option<words::Units>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    amount_unit: Option<String>,
    /// Teckenkonvention: debit-positive, result eller cost-positive. Which way amounts point; debit-positive when it is not said.
    #[param(inline, value_type = Option<words::Signs>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    sign_convention: Option<String>,
    /// Budget: adopted (summeras) eller proposal (alternativ). Budgets: whether the source counts.
    #[param(inline, value_type = Option<words::BudgetStatuses>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Budget: profil för årsbelopp utan egen. Budgets: the period profile of year amounts that name none.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    /// Kontrollsumma: antal rader. Control total: how many rows are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    control_row_count: Option<u32>,
    /// Kontrollsumma: debet. Control total: the sum of the debits.
    #[serde(skip_serializing_if = "Option::is_none")]
    control_debit: Option<String>,
    /// Kontrollsumma: kredit. Control total: the sum of the credits.
    #[serde(skip_serializing_if = "Option::is_none")]
    control_credit: Option<String>,
    /// Kontrollsumma: netto, i leveransens tecken. Control total: the net, in the delivery's sign.
    #[serde(skip_serializing_if = "Option::is_none")]
    control_net: Option<String>,
    /// Okända koder: refuse eller quarantine (hålls utanför tills koderna finns). Unknown codes: refuse, or hold it.
    #[param(inline, value_type = Option<words::OnUnknownCode>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    on_unknown_code: Option<String>,
    /// Låsta månader: refuse eller keep (övriga nämnder postas). Locked months: refuse, or post the others.
    #[param(inline, value_type = Option<words::OnLocked>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    on_locked: Option<String>,
}

/// What was declared, read and checked.
pub(super) struct Said {
    pub(super) basis: Basis,
    pub(super) basis_said: bool,
    pub(super) reading: Reading,
    pub(super) status: BudgetStatus,
    pub(super) status_said: bool,
    pub(super) profile: Option<String>,
    pub(super) control_totals: ControlTotals,
    pub(super) on_unknown_code: OnUnknownCode,
    pub(super) on_locked: OnLocked,
}

impl Said {
    pub(super) fn of(query: &Declared, body: Declarations, format: Format) -> Result<Self, Problem> {
        let mut check = Check { errors: Vec::new() };
        let basis = check.one("basis", query.basis.as_deref(), body.basis.as_deref(), format);
        let unit = check.one("amountUnit", query.amount_unit.as_deref(), body.amount_unit.as_deref(), format);
        let sign =
            check.one("signConvention", query.sign_convention.as_deref(), body.sign_convention.as_deref(), format);
        let status = check.one("status", query.status.as_deref(), body.status.as_deref(), format);
        let profile = check.one("profile", query.profile.as_deref(), body.profile.as_deref(), format);
        let reading = Reading {
            amount_unit: check.named("amountUnit", unit, AmountUnit::from_code, "kr, tkr or mnkr"),
            sign_convention: check.named(
                "signConvention",
                sign,
                SignConvention::from_code,
                "debit-positive, result or cost-positive",
            ),
        };
        let said = Self {
            basis: check.named("basis", basis, Basis::from_code, "month or accumulated"),
            basis_said: basis.is_some() && format != Format::Sie,
            reading,
            status: check.named("status", status, BudgetStatus::from_code, "adopted or proposal"),
            status_said: status.is_some(),
            profile: profile.map(str::to_owned),
            control_totals: check.totals(query, body.control_totals, reading),
            on_unknown_code: check.named(
                "onUnknownCode",
                query.on_unknown_code.as_deref(),
                on_unknown,
                "refuse or quarantine",
            ),
            on_locked: check.named("onLocked", query.on_locked.as_deref(), on_locked, "refuse or keep"),
        };
        if check.errors.is_empty() { Ok(said) } else { Err(Problem::invalid(check.errors)) }
    }

    /// A declaration that the kind does not have.
    pub(super) fn only_for(&self, kind: Kind) -> Option<RowError> {
        let (field, said, of) = match (kind, &self.profile) {
            (Kind::Budget | Kind::Forecast, _) if self.basis_said => ("basis", self.basis.code(), "outcomes"),
            (Kind::Outcome | Kind::Forecast, _) if self.status_said => ("status", self.status.code(), "budgets"),
            (Kind::Outcome | Kind::Forecast, Some(profile)) => ("profile", profile.as_str(), "budgets"),
            _ => return None,
        };
        Some(RowError::whole(field, said, Fault::Conflict, format!("is for {of} only")))
    }
}

pub(super) fn on_unknown(text: &str) -> Option<OnUnknownCode> {
    match text {
        "refuse" => Some(OnUnknownCode::Refuse),
        "quarantine" => Some(OnUnknownCode::Quarantine),
        _ => None,
    }
}

pub(super) fn on_locked(text: &str) -> Option<OnLocked> {
    match text {
        "refuse" => Some(OnLocked::Refuse),
        "keep" => Some(OnLocked::Keep),
        _ => None,
    }
}

pub(super) struct Check {
    errors: Vec<RowError>,
}

impl Check {
    fn fault(&mut self, field: &str, value: &str, fault: Fault, reason: &str) {
        self.errors.push(RowError::whole(field, value, fault, reason));
    }

    /// Said in the body or in the query, not in both. What a SIE file is by its format, the query may say again.
    fn one<'a>(
        &mut self,
        field: &str,
        query: Option<&'a str>,
        body: Option<&'a str>,
        format: Format,
    ) -> Option<&'a str> {
        if let (Some(query), Some(body)) = (query, body)
            && (format != Format::Sie || query != body)
        {
            self.fault(field, query, Fault::Conflict, &format!("is said in the query, and the delivery says {body}"));
        }
        query.or(body)
    }

    fn named<T: Default>(&mut self, field: &str, text: Option<&str>, from: fn(&str) -> Option<T>, names: &str) -> T {
        let Some(text) = text else { return T::default() };
        from(text).unwrap_or_else(|| {
            self.fault(field, text, Fault::Format, &format!("is not {names}"));
            T::default()
        })
    }

    fn totals(&mut self, query: &Declared, body: Option<StatedTotals>, reading: Reading) -> ControlTotals {
        let Declared { control_row_count, control_debit, control_credit, control_net, .. } = query;
        let in_query = StatedTotals {
            row_count: *control_row_count,
            debit: control_debit.clone(),
            credit: control_credit.clone(),
            net: control_net.clone(),
            ..StatedTotals::default()
        };
        if body.is_some() && in_query != StatedTotals::default() {
            self.fault("controlTotals", "", Fault::Conflict, "are said in the query and in the body");
        }
        let stated = body.unwrap_or(in_query);
        let mut amount = |field: &str, text: Option<&str>| -> Option<Money> {
            let text = text?;
            let read = reading.amount_unit.parse(text, DecimalMark::Either);
            read.map_err(|why| self.fault(&format!("controlTotals.{field}"), text, Fault::Format, &why.to_string()))
                .ok()
        };
        ControlTotals {
            row_count: stated.row_count,
            debit: amount("debit", stated.debit.as_deref()),
            credit: amount("credit", stated.credit.as_deref()),
            net: amount("net", stated.net.as_deref()),
            committees: stated
                .committees
                .iter()
                .filter_map(|total| Some((total.key.clone(), amount("committees", Some(&total.net))?)))
                .collect(),
            account_classes: stated
                .account_classes
                .iter()
                .filter_map(|total| Some((total.key.clone(), amount("accountClasses", Some(&total.net))?)))
                .collect(),
        }
    }
}
