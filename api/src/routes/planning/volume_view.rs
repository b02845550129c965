//! Volumes and prices on the wire: what is put, and what is computed of it.

use crate::contract::words;
use crate::problem::Problem;
use crate::reply::Body;
use crate::wire::amount::Amount;
use crate::wire::csv::{Cell, Table};
use crate::wire::decimal::ExactNumber;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::money::Money;
use utfall_domain::text::{Code, Key, Name};
use utfall_domain::volume::{Average, Split, VolumeAssumptions, VolumeFigure, VolumeRow, average, computed, split};
use utfall_persistence::error::StoreError;
use utoipa::ToSchema;

/// Volym, pris och antal perioder, eller bara ett belopp. A volume, a price and a number of periods, or an amount only.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"volume": 2061, "price": 8979, "periods": 8, "amount": 148_058_000}))]
pub(super) struct VolumeFigureView {
    /// Hur många. How many.
    volume: Option<ExactNumber>,
    /// Vad en kostar under en period, i kronor. What one costs in one period, in kronor.
    price: Option<Amount>,
    /// Hur många perioder; en om det utelämnas. How many periods; one when it is left out.
    periods: Option<ExactNumber>,
    /// Beloppet som det anges, i kronor. The amount as stated, in kronor.
    amount: Option<Amount>,
}

impl VolumeFigureView {
    fn read(&self) -> VolumeFigure {
        let money = |amount: &Option<Amount>| amount.as_ref().and_then(|amount| amount.kronor().ok());
        VolumeFigure {
            volume: self.volume.map(|number| number.0),
            price: money(&self.price),
            periods: self.periods.map(|number| number.0),
            amount: money(&self.amount),
        }
    }
}

impl From<VolumeFigure> for VolumeFigureView {
    fn from(figure: VolumeFigure) -> Self {
        let VolumeFigure { volume, price, periods, amount } = figure;
        Self {
            volume: volume.map(ExactNumber),
            price: price.map(Amount::from),
            periods: periods.map(ExactNumber),
            amount: amount.map(Amount::from),
        }
    }
}

/// En rad att sätta. A row to set; what is left out of a column is not known.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"key": "hushall", "label": "Ekonomiskt bistånd", "volumeUnit": "hushåll per månad", "activity": "EKB",
    "budget": {"volume": 2108, "price": 8960, "periods": 8}, "outcome": {"volume": 2061, "price": 8979, "periods": 8, "amount": 148_058_000},
    "previousYear": {"amount": 141_472_000}, "source": "Delårsrapport per 31 augusti"}))]
pub(super) struct VolumeRowInput {
    /// Nyckel. Its key.
    #[schema(min_length = 1, max_length = 100)]
    key: String,
    /// Vad den kallas. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Vad som räknas: hushåll per månad, personer per dygn, vårddygn. What is counted.
    #[schema(max_length = 100)]
    volume_unit: Option<String>,
    /// Verksamheten. The activity that it is of.
    #[schema(max_length = 40)]
    activity: Option<String>,
    /// Budgeten. As budgeted.
    budget: Option<VolumeFigureView>,
    /// Utfallet. As it came out.
    outcome: Option<VolumeFigureView>,
    /// Föregående år. As it was the year before.
    previous_year: Option<VolumeFigureView>,
    /// Varifrån siffrorna kommer. Where the figures come from.
    #[schema(max_length = 200)]
    source: Option<String>,
}

impl VolumeRowInput {
    pub(super) fn read(&self, at: usize, fields: &mut Fields) -> Option<VolumeRow> {
        let at = |field: &str| format!("rows/{at}/{field}");
        let key = fields.parsed(at("key"), &self.key, Key::parse);
        let label = fields.parsed(at("label"), &self.label, Name::parse);
        let unit = fields.text(at("volumeUnit"), self.volume_unit.as_deref(), 100);
        let activity = fields.optional(at("activity"), self.activity.as_deref(), Code::parse);
        let source = fields.text(at("source"), self.source.as_deref(), 200);
        let figure =
            |figure: &Option<VolumeFigureView>| figure.as_ref().map(VolumeFigureView::read).unwrap_or_default();
        let (budget, outcome, previous) = (figure(&self.budget), figure(&self.outcome), figure(&self.previous_year));
        Some(VolumeRow { key: key?, label: label?, unit, activity, budget, outcome, previous, source })
    }
}

impl From<VolumeRow> for VolumeRowInput {
    fn from(row: VolumeRow) -> Self {
        let VolumeRow { key, label, unit, activity, budget, outcome, previous, source } = row;
        let figure = |figure: VolumeFigure| (figure != VolumeFigure::default()).then(|| VolumeFigureView::from(figure));
        Self {
            key: key.to_string(),
            label: label.to_string(),
            volume_unit: shown(unit),
            activity: activity.map(|code| code.to_string()),
            budget: figure(budget),
            outcome: figure(outcome),
            previous_year: figure(previous),
            source: shown(source),
        }
    }
}

/// En kolumns belopp. A column's amounts: as computed, as stated, and the difference between them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"amount": 148_058_000, "computed": 148_045_752, "rest": 12_248}))]
struct ComputedAmountView {
    /// Beloppet som gäller: det angivna, annars det beräknade. The amount that counts: as stated, else as computed.
    amount: Option<Amount>,
    /// Volym x pris x perioder. What volume, price and periods make.
    computed: Option<Amount>,
    /// Angivet minus beräknat. Stated less computed.
    rest: Option<Amount>,
}

impl ComputedAmountView {
    fn of(figure: &VolumeFigure) -> Result<Self, StoreError> {
        let amount = |amount: Option<Money>| amount.map(Amount::from);
        Ok(Self { amount: amount(figure.amount()?), computed: amount(computed(figure)?), rest: amount(figure.rest()?) })
    }
}

/// En avvikelse delad i volym, pris och rest, exakt på öret. A deviation split into volume, price and rest, exact to the öre.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"deviation": 3_019_000, "volumePart": 3_368_960, "pricePart": -313_272, "rest": -36_688}))]
struct SplitView {
    /// Planerat minus faktiskt; positiv är gynnsam. Planned less actual: positive is favourable.
    deviation: Amount,
    /// Andra volymer, till planerat pris. Of other volumes and periods, at the planned price.
    volume_part: Amount,
    /// Annat pris, vid faktisk volym. Of another price, at the actual volume.
    price_part: Amount,
    /// Varken eller. Neither: amounts that are not volume times price, and rounding.
    rest: Amount,
}

impl From<Split> for SplitView {
    fn from(split: Split) -> Self {
        let Split { deviation, volume, price, rest } = split;
        Self { deviation: deviation.into(), volume_part: volume.into(), price_part: price.into(), rest: rest.into() }
    }
}

/// En rad med det som beräknas. A row, with what is computed of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"row": {"key": "hushall", "label": "Ekonomiskt bistånd", "volumeUnit": "hushåll per månad", "activity": "EKB",
    "budget": null, "outcome": {"volume": 2061, "price": 8979, "periods": 8, "amount": 148_058_000}, "previousYear": null, "source": null},
    "budgetAmount": {"amount": null, "computed": null, "rest": null}, "outcomeAmount": {"amount": 148_058_000, "computed": 148_045_752,
    "rest": 12_248}, "previousYearAmount": {"amount": null, "computed": null, "rest": null}, "againstBudget": null, "againstPreviousYear": null,
    "ledgerAmount": 148_058_000}))]
struct VolumeRowView {
    /// Raden. What was put.
    row: VolumeRowInput,
    /// Budgetens belopp. The amounts of the budget.
    budget_amount: ComputedAmountView,
    /// Utfallets belopp. The amounts of the outcome.
    outcome_amount: ComputedAmountView,
    /// Föregående års belopp. The amounts of the year before.
    previous_year_amount: ComputedAmountView,
    /// Avvikelsen mot budget. The deviation from the budget.
    against_budget: Option<SplitView>,
    /// Skillnaden mot föregående år. The difference from the year before, as a deviation from it.
    against_previous_year: Option<SplitView>,
    /// Huvudbokens nettokostnad på verksamheten samma tid. The ledger's net cost on the activity in the same time.
    ledger_amount: Option<Amount>,
}

/// Ett vägt genomsnitt. A weighted average over some rows: the sum of their amounts by the sum of their volumes and periods.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"key": "hvb", "label": "HVB", "rows": ["unga", "vuxna"], "budgetPrice": 4200, "outcomePrice": 4350, "previousYearPrice": null}))]
struct AveragePriceView {
    /// Nyckel. Its key.
    key: String,
    /// Vad det kallas. What it is called.
    label: String,
    /// Raderna. The rows.
    rows: Vec<String>,
    /// Genomsnittspris i budgeten. The average price of the budget.
    budget_price: Option<Amount>,
    /// Genomsnittspris i utfallet. The average price of the outcome.
    outcome_price: Option<Amount>,
    /// Genomsnittspris föregående år. The average price of the year before.
    previous_year_price: Option<Amount>,
}

/// En nämnds volymer och priser för ett år. A committee's volumes and prices of a year.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2018, "through": "2018-08", "amountUnit": "kr", "signConvention": "cost-positive", "rows": [],
    "averages": [], "_links": {}}))]
pub(super) struct VolumeAssumptionsView {
    /// Nämnden. The committee.
    committee: String,
    /// År. The year.
    year: i16,
    /// Januari till och med månaden; saknas när siffrorna är för helåret. January through the month; absent when the figures are of the year.
    through: Option<String>,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention. The sign convention: cost-positive; deviations are positive when favourable.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Raderna. The rows.
    rows: Vec<VolumeRowView>,
    /// Vägda genomsnitt. The weighted averages.
    averages: Vec<AveragePriceView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for VolumeAssumptionsView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let headers = vec![
            "key",
            "label",
            "budget",
            "outcome",
            "previousYear",
            "deviation",
            "volumePart",
            "pricePart",
            "rest",
            "ledger",
        ];
        let row = |row: &VolumeRowView| {
            let split = row.against_budget.as_ref();
            vec![
                Cell::text(&row.row.key),
                Cell::text(&row.row.label),
                Cell::maybe(row.budget_amount.amount.as_ref()),
                Cell::maybe(row.outcome_amount.amount.as_ref()),
                Cell::maybe(row.previous_year_amount.amount.as_ref()),
                Cell::maybe(split.map(|split| &split.deviation)),
                Cell::maybe(split.map(|split| &split.volume_part)),
                Cell::maybe(split.map(|split| &split.price_part)),
                Cell::maybe(split.map(|split| &split.rest)),
                Cell::maybe(row.ledger_amount.as_ref()),
            ]
        };
        Some(Table::new(headers, self.rows.iter().map(row).collect()))
    }
}

impl VolumeAssumptionsView {
    /// The volumes; `ledger` gives the ledger's net cost on an activity.
    pub(super) fn new(
        found: VolumeAssumptions,
        chosen: &[Key],
        ledger: impl Fn(&Code) -> Option<Money>,
        links: Links,
    ) -> Result<Self, Problem> {
        let mut averages: Vec<AveragePriceView> = Vec::new();
        for one in &found.averages {
            averages.push(average_view(&found, one)?);
        }
        if !chosen.is_empty() {
            let label = Name::parse("Valda rader").map_err(|_| Problem::not_found())?;
            let key = Key::parse("rows").map_err(|_| Problem::not_found())?;
            averages.push(average_view(&found, &Average { key, label, rows: chosen.to_vec() })?);
        }
        let rows = found.rows.into_iter().map(|row| {
            let ledger_amount = row.activity.as_ref().and_then(&ledger).map(Amount::from);
            Ok(VolumeRowView {
                budget_amount: ComputedAmountView::of(&row.budget)?,
                outcome_amount: ComputedAmountView::of(&row.outcome)?,
                previous_year_amount: ComputedAmountView::of(&row.previous)?,
                against_budget: split(&row.budget, &row.outcome).map_err(StoreError::from)?.map(Into::into),
                against_previous_year: split(&row.previous, &row.outcome).map_err(StoreError::from)?.map(Into::into),
                ledger_amount,
                row: row.into(),
            })
        });
        let rows = rows.collect::<Result<Vec<_>, StoreError>>()?;
        Ok(Self {
            committee: found.committee.to_string(),
            year: found.year.number(),
            through: found.through.map(|month| month.to_string()),
            amount_unit: "kr",
            sign_convention: "cost-positive",
            rows,
            averages,
            links,
        })
    }
}

fn average_view(found: &VolumeAssumptions, one: &Average) -> Result<AveragePriceView, Problem> {
    let rows = || found.rows.iter().filter(|row| one.rows.contains(&row.key));
    let price = |figure: fn(&VolumeRow) -> &VolumeFigure| -> Result<Option<Amount>, Problem> {
        Ok(average(rows().map(figure)).map_err(StoreError::from)?.map(Amount::from))
    };
    Ok(AveragePriceView {
        key: one.key.to_string(),
        label: one.label.to_string(),
        rows: one.rows.iter().map(ToString::to_string).collect(),
        budget_price: price(|row| &row.budget)?,
        outcome_price: price(|row| &row.outcome)?,
        previous_year_price: price(|row| &row.previous)?,
    })
}
