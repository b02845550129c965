//! The closed sets of words that fields and parameters take. A field names its set as `x-enum`, of which the contract's `enum`
//! is made, with `null` where the field may be null; a parameter names a type.

use serde_json::Value;
use utfall_domain::action_plan::{Certainty, Lateness, MeasureState, Purpose};
use utfall_domain::code_plan::{CommitteeKind, Nature};
use utfall_domain::deviation::{
    CaseState, CauseCode, DeviationBasis, EscalationReason, Event, Level, PlanStanding, Required,
};
use utfall_domain::forecasting::{Method, Tilt};
use utfall_domain::frame::{CarryKind, ChangeKind, Opening};
use utfall_domain::indicator::definition::{Accumulation, Direction, Frequency, SexSplit};
use utfall_domain::indicator::forecast::ForecastBasis;
use utfall_domain::indicator::observation::{ObservationStatus, Sex};
use utfall_domain::indicator::plausibility::Flag;
use utfall_domain::indicator::status::Reason;
use utfall_domain::indicator::target::RelativeTo;
use utfall_domain::indicator::total::TotalOf;
use utfall_domain::indicator::trend::Trend;
use utfall_domain::money::{AmountUnit, SignConvention};
use utfall_domain::permission::Role;
use utfall_domain::posting::{Basis, BudgetStatus, Kind};
use utfall_domain::report::{Absent, RowKind};
use utfall_domain::rollup::Dimension;
use utfall_domain::row_error::Fault;
use utfall_domain::statement::{LineKind, LineRole};
use utfall_domain::steering::checklist::{Check, CheckState};
use utfall_domain::steering::coverage::Gap;
use utfall_domain::steering::difference::{Change, Part};
use utfall_domain::steering::edition::{EditionKind, State};
use utfall_domain::steering::follow_up::{AssessmentBasis, FollowUpKind};
use utfall_domain::steering::goal::{Group, Origin, StepState};
use utfall_domain::steering::internal_control::ControlState;
use utfall_domain::steering::model::{Carried, LevelKind};
use utfall_domain::steering::scale::Status;
use utfall_domain::steering::target::Operator;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

type Words<const N: usize> = [&'static str; N];

pub(crate) const KINDS: Words<3> = [Kind::Outcome.code(), Kind::Budget.code(), Kind::Forecast.code()];
pub(crate) const BASES: Words<2> = [Basis::Month.code(), Basis::Accumulated.code()];
pub(crate) const BUDGET_STATUSES: Words<2> = [BudgetStatus::Adopted.code(), BudgetStatus::Proposal.code()];
pub(crate) const UNITS: Words<3> =
    [AmountUnit::Kronor.code(), AmountUnit::Thousands.code(), AmountUnit::Millions.code()];
pub(crate) const KR: Words<1> = [AmountUnit::Kronor.code()];
pub(crate) const SIGNS: Words<3> =
    [SignConvention::DebitPositive.code(), SignConvention::Result.code(), SignConvention::CostPositive.code()];
pub(crate) const DEBIT_POSITIVE: Words<1> = [SignConvention::DebitPositive.code()];
pub(crate) const COST_POSITIVE: Words<1> = [SignConvention::CostPositive.code()];
pub(crate) const ON_UNKNOWN_CODE: Words<2> = ["refuse", "quarantine"];
pub(crate) const ON_LOCKED: Words<2> = ["refuse", "keep"];
pub(crate) const POSTING_CAUSES: Words<3> = ["delivery", "withdrawal", "re-derivation"];
pub(crate) const HELD: Words<1> = ["held"];
pub(crate) const HELD_STATES: Words<3> = ["held", "released", "abandoned"];
pub(crate) const DIFFERENCES: Words<3> = ["added", "removed", "changed"];
pub(crate) const COMMITTEE_KINDS: Words<7> = [
    CommitteeKind::Council.code(),
    CommitteeKind::Executive.code(),
    CommitteeKind::Committee.code(),
    CommitteeKind::ProgrammeCommittee.code(),
    CommitteeKind::Company.code(),
    CommitteeKind::Association.code(),
    CommitteeKind::Group.code(),
];
pub(crate) const NATURES: Words<5> = [
    Nature::Revenue.code(),
    Nature::Cost.code(),
    Nature::Asset.code(),
    Nature::Liability.code(),
    Nature::Equity.code(),
];
pub(crate) const DEVIATION_BASES: Words<2> = [DeviationBasis::YearToDate.code(), DeviationBasis::Forecast.code()];
pub(crate) const LEVELS: Words<3> = [Level::Committee.code(), Level::Activity.code(), Level::Unit.code()];
pub(crate) const DEVIATION_STATES: Words<2> = ["open", "closed"];
pub(crate) const REQUIREMENTS: Words<2> = [Required::ActionPlan.code(), Required::Explanation.code()];
pub(crate) const CASE_STAGES: Words<6> = CaseState::CODES;
pub(crate) const CAUSE_CODES: Words<12> = CauseCode::CODES;
pub(crate) const ESCALATIONS: Words<2> = EscalationReason::CODES;
pub(crate) const ACTION_PLAN_STATES: Words<6> = PlanStanding::CODES;
pub(crate) const PURPOSES: Words<3> = Purpose::CODES;
pub(crate) const CERTAINTIES: Words<3> = Certainty::CODES;
pub(crate) const MEASURINGS: Words<2> = ["entered", "ledger"];
pub(crate) const BASELINES: Words<3> = ["budget", "last-year", "level"];
pub(crate) const MEASURE_STATES: Words<4> = MeasureState::CODES;
pub(crate) const LATENESSES: Words<3> = Lateness::CODES;
pub(crate) const NOT_REALISED: Words<4> =
    [Absent::NoOutcome.code(), Absent::NoBudget.code(), Absent::NotPeriodised.code(), Absent::NotReported.code()];
pub(crate) const CHANGE_KINDS: Words<10> = ChangeKind::CODES;
pub(crate) const CARRY_KINDS: Words<2> = CarryKind::CODES;
pub(crate) const OPENINGS: Words<3> = [Opening::LastYear.code(), Opening::Stated.code(), Opening::Missing.code()];
pub(crate) const BRIDGE_FINDINGS: Words<3> = ["opening", "changes", "closing"];
pub(crate) const LINE_ROLES: Words<6> = LineRole::CODES;
pub(crate) const LINE_KINDS: Words<8> = [
    LineKind::Line.code(),
    LineKind::Group.code(),
    LineKind::Undistributed.code(),
    LineKind::OfWhich.code(),
    LineKind::Subtotal.code(),
    LineKind::Total.code(),
    LineKind::Comparison.code(),
    LineKind::Heading.code(),
];
pub(crate) const SUMMED_NATURES: Words<2> = [Nature::Revenue.code(), Nature::Cost.code()];
pub(crate) const STATEMENT_ABSENTS: Words<5> = [
    Absent::NoBudget.code(),
    Absent::NoForecast.code(),
    Absent::NoOutcome.code(),
    Absent::AccumulatedSpan.code(),
    Absent::NotStated.code(),
];
pub(crate) const METHODS: Words<3> = Method::CODES;
pub(crate) const TILTS: Words<3> = Tilt::CODES;
pub(crate) const NOT_PROPOSED: Words<4> = ["no-outcome", "accumulated-span", "no-history", "no-earlier-year"];
pub(crate) const NOT_SCORED: Words<1> = ["year-not-closed"];
pub(crate) const SCORED_BY: Words<2> = ["committee", "activity"];
pub(crate) const EVENTS: Words<4> =
    [Event::Opened.code(), Event::Changed.code(), Event::Closed.code(), Event::Reopened.code()];
pub(crate) const EVALUATION_CAUSES: Words<3> = ["posting", "policy", "code-plan"];
pub(crate) const DIMENSIONS: Words<3> = [Dimension::Activity.code(), Dimension::Unit.code(), Dimension::Account.code()];
pub(crate) const SPANS: Words<2> = ["year-to-date", "month"];
pub(crate) const REPORT_SPANS: Words<3> = ["year-to-date", "month", "year"];
pub(crate) const ROW_KINDS: Words<3> = [RowKind::Line.code(), RowKind::Group.code(), RowKind::Undistributed.code()];
pub(crate) const ABSENTS: Words<5> = [
    Absent::NoBudget.code(),
    Absent::NotPeriodised.code(),
    Absent::NoForecast.code(),
    Absent::NoOutcome.code(),
    Absent::AccumulatedSpan.code(),
];
pub(crate) const FAULTS: Words<8> = [
    Fault::Format.code(),
    Fault::Missing.code(),
    Fault::UnknownCode.code(),
    Fault::InvalidCode.code(),
    Fault::Conflict.code(),
    Fault::ControlTotal.code(),
    Fault::OutsideGrant.code(),
    Fault::Bounds.code(),
];
pub(crate) const ROLES: Words<6> = [
    Role::PlatformAdmin.code(),
    Role::Admin.code(),
    Role::Controller.code(),
    Role::Poster.code(),
    Role::Secretary.code(),
    Role::Reader.code(),
];
pub(crate) const CLIENT_ROLES: Words<5> =
    [Role::Admin.code(), Role::Controller.code(), Role::Poster.code(), Role::Secretary.code(), Role::Reader.code()];
pub(crate) const LEVEL_KINDS: Words<5> = LevelKind::CODES;
pub(crate) const CARRIED: Words<6> = Carried::CODES;
pub(crate) const STATUSES: Words<4> = Status::CODES;
pub(crate) const GROUPS: Words<3> = Group::CODES;
pub(crate) const OPERATORS: Words<12> = Operator::CODES;
pub(crate) const ORIGINS: Words<3> = Origin::CODES;
pub(crate) const STEP_STATES: Words<4> = StepState::CODES;
pub(crate) const PLAN_STATES: Words<4> = states(EditionKind::Plan);
pub(crate) const FOLLOW_UP_STATES: Words<4> = states(EditionKind::FollowUp);
pub(crate) const PLAN_PARTS: Words<6> = Part::CODES;
pub(crate) const PART_CHANGES: Words<3> = Change::CODES;
pub(crate) const FOLLOW_UP_KINDS: Words<3> = FollowUpKind::CODES;
pub(crate) const ASSESSMENT_BASES: Words<2> = AssessmentBasis::CODES;
pub(crate) const CHECKS: Words<7> = Check::CODES;
pub(crate) const CHECK_STATES: Words<3> = CheckState::CODES;
pub(crate) const CONTROL_STATES: Words<4> = ControlState::CODES;
pub(crate) const GAPS: Words<5> = Gap::CODES;
pub(crate) const DIRECTIONS: Words<3> = Direction::CODES;
pub(crate) const FREQUENCIES: Words<8> = Frequency::CODES;
pub(crate) const ACCUMULATIONS: Words<4> = Accumulation::CODES;
pub(crate) const SEX_SPLITS: Words<3> = SexSplit::CODES;
pub(crate) const SEXES: Words<3> = Sex::CODES;
pub(crate) const OBSERVATION_STATUSES: Words<6> = ObservationStatus::CODES;
pub(crate) const FLAGS: Words<5> = Flag::CODES;
pub(crate) const RELATIVE_TO: Words<3> = RelativeTo::CODES;
pub(crate) const STATUS_REASONS: Words<13> = Reason::CODES;
pub(crate) const FORECAST_BASES: Words<2> = ForecastBasis::CODES;
pub(crate) const TRENDS: Words<5> = Trend::CODES;
pub(crate) const TOTALS_OF: Words<4> = TotalOf::CODES;

/// What the states of an edition are called, in order.
const fn states(kind: EditionKind) -> Words<4> {
    [State::Draft.name(kind), State::HandedIn.name(kind), State::Decided.name(kind), State::Superseded.name(kind)]
}

pub(crate) const AUDIT_OUTCOMES: Words<2> = ["done", "refused"];
pub(crate) const API_STATUSES: Words<6> = ["alpha", "beta", "active", "deprecated", "retired", "decommissioned"];

macro_rules! parameters {
    ($($name:ident: $words:ident;)*) => { $(
        /// What a parameter takes that takes these words.
        pub(crate) struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some($words)).into()
            }
        }

        impl ToSchema for $name {}
    )* };
}

parameters! {
    Kinds: KINDS;
    Bases: BASES;
    BudgetStatuses: BUDGET_STATUSES;
    Units: UNITS;
    Signs: SIGNS;
    OnUnknownCode: ON_UNKNOWN_CODE;
    OnLocked: ON_LOCKED;
    DeviationBases: DEVIATION_BASES;
    Levels: LEVELS;
    DeviationStates: DEVIATION_STATES;
    Dimensions: DIMENSIONS;
    Spans: SPANS;
    AuditOutcomes: AUDIT_OUTCOMES;
    LevelKinds: LEVEL_KINDS;
    Origins: ORIGINS;
    Gaps: GAPS;
    Carries: CARRIED;
    Sexes: SEXES;
    TotalsOf: TOTALS_OF;
    Methods: METHODS;
    ScoredBy: SCORED_BY;
}

/// Turns every `x-enum` of a field into its `enum`.
pub(super) fn list(value: &mut Value) {
    match value {
        Value::Object(members) => {
            if let Some(Value::Array(mut words)) = members.remove("x-enum") {
                if members.get("type").is_some_and(Value::is_array) {
                    words.push(Value::Null);
                }
                match members.get_mut("items") {
                    Some(items) => items["enum"] = Value::Array(words),
                    None => drop(members.insert("enum".into(), Value::Array(words))),
                }
            }
            members.values_mut().for_each(list);
        }
        Value::Array(items) => items.iter_mut().for_each(list),
        _ => {}
    }
}
