//! What an action plan gives, on the wire: coverage, its years, and how each measure stands.

use super::measure_view::MeasureDocument;
use crate::contract::words;
use crate::problem::Problem;
use crate::wire::amount::{Amount, Percent};
use crate::wire::csv::Cell;
use crate::wire::fields::shown;
use serde::Serialize;
use utfall_domain::action_plan::{Lateness, Measure};
use utfall_persistence::action_plan::{MeasureFigures, PlanFigures, YearFigures};
use utfall_persistence::error::StoreError;
use utoipa::ToSchema;

/// Ett år av planen. A year of the plan.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"year": 2018, "through": "2018-11", "planned": 1_300_000, "realised": 900_000}))]
struct PlanYearView {
    /// År. The year.
    year: i16,
    /// Månaden till och med vilken utfallet är känt. The month through which it is known what was given.
    through: Option<String>,
    /// Planerad effekt. What is planned.
    planned: Amount,
    /// Realiserad effekt; saknas när inget är känt. What has come true; absent while nothing is known.
    realised: Option<Amount>,
}

impl From<&YearFigures> for PlanYearView {
    fn from(figures: &YearFigures) -> Self {
        let YearFigures { year, through, planned, realised } = *figures;
        Self {
            year: year.number(),
            through: through.map(|month| month.to_string()),
            planned: planned.into(),
            realised: realised.map(Amount::from),
        }
    }
}

/// Täckningen. What the plan covers of the need, and what of it has come true.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"amountUnit": "kr", "need": 56_788_000, "planned": 17_562_000, "realised": 14_300_000, "plannedOfNeed": 30.93,
    "realisedOfPlanned": 81.43, "uncovered": 39_226_000, "years": [{"year": 2019, "through": "2019-12", "planned": 17_562_000,
    "realised": 14_300_000}]}))]
pub(super) struct CoverageView {
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Behovet: det uttalade, annars helårsunderskottet i avvikelserna som planen svarar på (prognos före hittills, nämnd före verksamhet;
    /// nivåer läggs aldrig ihop). The need: as stated, else the deficit of the cases that the plan answers (the forecast before the year to
    /// date, the committee before its activities; levels are never added).
    need: Option<Amount>,
    /// Planerad effekt. What is planned in all of the plan's years.
    planned: Amount,
    /// Realiserad effekt. What has come true; absent while nothing is known.
    realised: Option<Amount>,
    /// Planerat av behovet. Planned of the need; absent where there is no need.
    planned_of_need: Option<Percent>,
    /// Realiserat av planerat. Realised of planned; absent where nothing is planned or known.
    realised_of_planned: Option<Percent>,
    /// Det av behovet som planen inte täcker. What the plan leaves of the need.
    uncovered: Option<Amount>,
    /// År för år. Year by year.
    years: Vec<PlanYearView>,
}

impl CoverageView {
    pub(super) fn new(figures: &PlanFigures) -> Result<Self, Problem> {
        let coverage = figures.coverage;
        Ok(Self {
            amount_unit: "kr",
            need: coverage.need.map(Amount::from),
            planned: coverage.planned.into(),
            realised: coverage.realised.map(Amount::from),
            planned_of_need: coverage.planned_of_need().map(Percent::from_hundredths),
            realised_of_planned: coverage.realised_of_planned().map(Percent::from_hundredths),
            uncovered: coverage.uncovered().map_err(StoreError::from)?.map(Amount::from),
            years: figures.years.iter().map(PlanYearView::from).collect(),
        })
    }
}

/// Hur en åtgärd står. How a measure stands: as reported, as the calendar says, and what it gives.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"measure": {"key": "hemmaplan", "title": "Hemmaplanslösningar", "description": null, "role": null, "start": null,
    "due": "2018-12-31", "certainty": "likely", "dependsOn": null, "awaits": null, "volume": null, "effects": [],
    "measuring": {"kind": "entered", "filter": null, "baseline": null, "level": null}}, "state": "ongoing", "lateness": "in-time",
    "late": false, "waiting": false, "planned": 1_300_000, "plannedToDate": 1_300_000, "realised": null, "notRealised": "not-reported",
    "comment": null}))]
pub(super) struct MeasureStandingView {
    /// Åtgärden. The measure.
    measure: MeasureDocument,
    /// Rapporterat läge. As reported last; planned until something is.
    #[schema(extensions(("x-enum" = json!(words::MEASURE_STATES))))]
    state: &'static str,
    /// Enligt kalendern: in-time, late-to-begin eller late. As the calendar says on the day.
    #[schema(extensions(("x-enum" = json!(words::LATENESSES))))]
    lateness: &'static str,
    /// Försenad. Whether it is late, to begin or to be done.
    late: bool,
    /// Väntar på en åtgärd som inte är klar. Whether it waits for a measure that is not done.
    waiting: bool,
    /// Planerad effekt. What it is planned to give, in all.
    planned: Amount,
    /// Planerad effekt till och med de månader som är kända. What it was planned to give through the months that are known.
    planned_to_date: Amount,
    /// Realiserad effekt; negativ när den kostat. What it has given; negative when it has cost.
    realised: Option<Amount>,
    /// Varför den saknas. Why that is not known.
    #[schema(extensions(("x-enum" = json!(words::NOT_REALISED))))]
    not_realised: Option<&'static str>,
    /// Senaste kommentaren. What was said of it last.
    comment: Option<String>,
}

impl MeasureStandingView {
    /// The columns of a table of measures.
    pub(super) const HEADERS: [&'static str; 9] =
        ["key", "title", "state", "lateness", "waiting", "planned", "plannedToDate", "realised", "comment"];

    pub(super) fn new(measure: Measure, figures: MeasureFigures) -> Self {
        let MeasureFigures { status, planned, planned_to_date, realised, comment } = figures;
        Self {
            measure: measure.into(),
            state: status.state.code(),
            lateness: status.lateness.code(),
            late: status.lateness != Lateness::InTime,
            waiting: status.is_waiting,
            planned: planned.into(),
            planned_to_date: planned_to_date.into(),
            realised: realised.ok().map(Amount::from),
            not_realised: realised.err().map(utfall_domain::report::Absent::code),
            comment: shown(comment),
        }
    }

    pub(super) fn cells(&self) -> Vec<Cell> {
        let (key, title) = self.measure.named();
        vec![
            Cell::text(key),
            Cell::text(title),
            Cell::text(self.state),
            Cell::text(self.lateness),
            Cell::text(if self.waiting { "true" } else { "false" }),
            Cell::number(&self.planned),
            Cell::number(&self.planned_to_date),
            Cell::maybe(self.realised.as_ref()),
            self.comment.as_deref().map_or(Cell::Empty, Cell::text),
        ]
    }
}
