//! From the bytes and declarations of a call to a delivery that the store can judge. The same for outcomes, budgets and
//! forecasts, and for a held delivery when it is released.

use crate::contract::words;
use crate::delivery::{self, ControlTotals as StatedTotals, Declarations, Format, Unreadable};
use crate::problem::{Kind as ProblemKind, Problem};
use serde::{Deserialize, Serialize};
use utfall_domain::control_total::ControlTotals;
use utfall_domain::money::{AmountUnit, DecimalMark, Money, SignConvention};
use utfall_domain::period::{Month, Period, Year};
use utfall_domain::posting::{Basis, BudgetStatus, Kind, Reading};
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::Source;
use utfall_persistence::posting::{Delivery, OnLocked, OnUnknownCode};
use utoipa::IntoParams;

/// What a posting may be sent as.
pub(super) const POSTING_TYPES: &[&str] = &["text/csv", "application/json", "application/x-sie"];
/// How large a posting may be: 64 MiB.
pub(super) const POSTING_BODY: usize = 64 << 20;

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
    #[param(example = "320864000")]
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

/// What a delivery is for, as the path says it.
pub(super) struct Target {
    pub kind: Kind,
    pub period: Period,
    pub source: Source,
}

impl Target {
    /// Reads the path. Outcomes and forecasts are for a month, budgets for a year.
    pub fn parse(kind: Kind, period: &str, source: &str, this_year: Year) -> Result<Self, Problem> {
        let mut errors = Vec::new();
        let fault =
            |field: &str, value: &str, fault: Fault, reason: String| RowError::whole(field, value, fault, reason);
        let parsed = match kind {
            Kind::Budget => Year::parse(period).map(Period::Year).map_err(|why| ("year", why)),
            Kind::Outcome | Kind::Forecast => Month::parse(period).map(Period::Month).map_err(|why| ("period", why)),
        };
        let source_read = Source::parse(source);
        if let Err(why) = &source_read {
            errors.push(fault("source", source, Fault::Format, why.to_string()));
        }
        match &parsed {
            Err((field, why)) => errors.push(fault(field, period, Fault::Format, why.to_string())),
            Ok(parsed) if too_far(kind, *parsed, this_year) => {
                errors.push(fault("period", period, Fault::Bounds, "is too far ahead".into()));
            }
            Ok(parsed) if kind == Kind::Forecast && parsed.month().is_some_and(Month::is_closing) => {
                errors.push(fault("period", period, Fault::Bounds, "is not a month that a forecast is made at".into()));
            }
            Ok(_) => {}
        }
        match (parsed, source_read) {
            (Ok(period), Ok(source)) if errors.is_empty() => Ok(Self { kind, period, source }),
            _ => Err(Problem::invalid(errors)),
        }
    }
}

fn too_far(kind: Kind, period: Period, this_year: Year) -> bool {
    let ahead = period.year().number() - this_year.number();
    ahead > if kind == Kind::Outcome { 1 } else { 10 }
}

/// A body that cannot be read at all.
pub(crate) fn unreadable(error: Unreadable) -> Problem {
    match error {
        Unreadable::Malformed(sentence, pointer) => Problem::at_pointer(sentence, pointer),
        Unreadable::Encoding(sentence) => Problem::bad_request(sentence),
        Unreadable::TooManyRows(most) => {
            Problem::new(ProblemKind::PayloadTooLarge, format!("A delivery has at most {most} rows."))
        }
    }
}

/// Reads a delivery.
pub(super) fn read(
    target: Target,
    declared: &Declared,
    content_type: &str,
    bytes: Vec<u8>,
) -> Result<(Delivery, Vec<String>), Problem> {
    let format = match content_type {
        "text/csv" => Format::Csv,
        "application/x-sie" => Format::Sie,
        _ => Format::Json,
    };
    let read = delivery::read(format, &bytes, target.period.month()).map_err(unreadable)?;
    let said = Said::of(declared, read.declarations, format)?;
    if let Some(error) = said.only_for(target.kind) {
        return Err(Problem::invalid(vec![error]));
    }
    let delivery = Delivery {
        kind: target.kind,
        period: target.period,
        source: target.source,
        rows: read.rows,
        unreadable: read.errors,
        row_count: read.row_count,
        basis: said.basis,
        reading: said.reading,
        budget_status: said.status,
        default_profile: said.profile,
        control_totals: said.control_totals,
        decimal_mark: read.decimal_mark,
        bytes,
        content_type: content_type.into(),
        encoding: read.encoding.unwrap_or_default().into(),
        declarations: serde_json::to_string(declared).unwrap_or_default(),
        on_unknown_code: said.on_unknown_code,
        on_locked: said.on_locked,
    };
    Ok((delivery, read.notes))
}

/// What was declared, read and checked.
struct Said {
    basis: Basis,
    basis_said: bool,
    reading: Reading,
    status: BudgetStatus,
    status_said: bool,
    profile: Option<String>,
    control_totals: ControlTotals,
    on_unknown_code: OnUnknownCode,
    on_locked: OnLocked,
}

impl Said {
    fn of(query: &Declared, body: Declarations, format: Format) -> Result<Self, Problem> {
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
    fn only_for(&self, kind: Kind) -> Option<RowError> {
        let wrong =
            |field: &str, of: &str| Some(RowError::whole(field, "", Fault::Conflict, format!("is for {of} only")));
        match kind {
            Kind::Budget | Kind::Forecast if self.basis_said => wrong("basis", "outcomes"),
            Kind::Outcome | Kind::Forecast if self.status_said => wrong("status", "budgets"),
            Kind::Outcome | Kind::Forecast if self.profile.is_some() => wrong("profile", "budgets"),
            _ => None,
        }
    }
}

fn on_unknown(text: &str) -> Option<OnUnknownCode> {
    match text {
        "refuse" => Some(OnUnknownCode::Refuse),
        "quarantine" => Some(OnUnknownCode::Quarantine),
        _ => None,
    }
}

fn on_locked(text: &str) -> Option<OnLocked> {
    match text {
        "refuse" => Some(OnLocked::Refuse),
        "keep" => Some(OnLocked::Keep),
        _ => None,
    }
}

struct Check {
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
