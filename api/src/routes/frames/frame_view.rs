//! Frames on the wire: what is put, and the bridge that is answered.

use super::terms_view::TermsView;
use crate::contract::words;
use crate::problem::Problem;
use crate::reply::Body;
use crate::wire::amount::{Amount, Percent};
use crate::wire::csv::{Cell, Table};
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::frame::{Bridge, ChangeKind, Frame, FrameChange, PlannedSaving, Reserve, ReserveUse, bridge};
use utfall_domain::money::Money;
use utfall_domain::period::Year;
use utfall_domain::text::{Code, Key, Name};
use utfall_persistence::error::StoreError;
use utfall_persistence::frame::Bridged;
use utoipa::ToSchema;

/// En ramförändring. A change of the frame.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"key": "loner", "label": "Löner för tre kvartal", "type": "wages", "amount": 5_200_000, "terms": null,
    "note": "process rad 92"}))]
struct FrameChangeView {
    /// Nyckel. Its key.
    #[schema(min_length = 1, max_length = 100)]
    key: String,
    /// Vad den kallas. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Slag. What it is for; transfers are put among the frame transfers.
    #[serde(rename = "type")]
    #[schema(extensions(("x-enum" = json!(words::CHANGE_KINDS))))]
    kind: String,
    /// Kronor; positiv höjer ramen. In kronor: positive raises the frame.
    amount: Amount,
    /// Villkor; fast och permanent när det utelämnas. On which terms; firm and permanent when left out.
    terms: Option<TermsView>,
    /// Var den står i underlaget. Where it stands in the documents.
    #[schema(max_length = 500)]
    note: Option<String>,
}

impl FrameChangeView {
    fn read(&self, at: usize, fields: &mut Fields) -> Option<FrameChange> {
        let at = |field: &str| format!("changes/{at}/{field}");
        let key = fields.parsed(at("key"), &self.key, Key::parse);
        let label = fields.parsed(at("label"), &self.label, Name::parse);
        let kind = fields.word(at("type"), &self.kind, ChangeKind::from_code, &ChangeKind::CODES);
        let terms = match &self.terms {
            Some(terms) => terms.read(&at("terms/"), fields),
            None => TermsView::default().read("", fields),
        };
        let note = fields.text(at("note"), self.note.as_deref(), 500);
        let amount = self.amount.kronor().ok()?;
        Some(FrameChange { key: key?, label: label?, kind: kind?, amount, terms, note })
    }
}

/// En planerad besparing. A saving that the budget counts on.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"label": "Hemmaplanslösningar", "amount": 7_700_000, "activity": "HVBU"}))]
struct PlannedSavingView {
    /// Vad den kallas. What it is called.
    #[schema(min_length = 1, max_length = 200)]
    label: String,
    /// Kronor; positiv sänker nettokostnaden. The amount in kronor: positive lowers net cost.
    amount: Amount,
    /// Verksamheten. The activity where it is made.
    #[schema(max_length = 40)]
    activity: Option<String>,
}

/// Vad reserven använts till. A use of the reserve.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"amount": 3_828_000, "reason": "Minskar underbalansen i budgeten."}))]
struct ReserveUseView {
    /// Kronor. The amount in kronor.
    amount: Amount,
    /// Till vad. For what it is used.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// En reserv som krävs. A reserve that is required of the frame.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"percent": 1, "uses": [{"amount": 3_828_000, "reason": "Minskar underbalansen i budgeten."}]}))]
struct ReserveView {
    /// Andel av ramen i procent. The share of the frame, in percent.
    percent: Percent,
    /// Vad den använts till. What it has been used for.
    #[serde(default)]
    uses: Vec<ReserveUseView>,
}

/// En ram att sätta. A frame to set.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"opening": 365_300_000, "changes": [{"key": "loner", "label": "Löner för tre kvartal", "type": "wages",
    "amount": 5_200_000}], "plannedSavings": [{"label": "Hemmaplanslösningar", "amount": 7_700_000}], "reserve": {"percent": 1},
    "statedClosing": 370_500_000, "statedChanges": 5_200_000, "footnotes": []}))]
pub(super) struct FrameInput {
    /// Ingående ram i kronor; behövs när förra året saknar ram här. The opening in kronor; needed where the year before has no frame here.
    opening: Option<Amount>,
    /// Förändringar. The changes.
    #[serde(default)]
    changes: Vec<FrameChangeView>,
    /// Planerade besparingar. Savings that the budget counts on.
    #[serde(default)]
    planned_savings: Vec<PlannedSavingView>,
    /// Reserv som krävs. The reserve that is required.
    reserve: Option<ReserveView>,
    /// Utgående ram som den är tryckt. The closing as printed; compared, never corrected.
    stated_closing: Option<Amount>,
    /// Summan av förändringar som den är tryckt. The sum of changes as printed; compared, never corrected.
    stated_changes: Option<Amount>,
    /// Fotnoter. The footnotes.
    #[serde(default)]
    footnotes: Vec<String>,
}

fn money(amount: Option<&Amount>) -> Option<Money> {
    amount.and_then(|amount| amount.kronor().ok())
}

impl FrameInput {
    pub(super) fn read(&self, committee: Code, year: Year, fields: &mut Fields) -> Frame {
        let changes = self.changes.iter().enumerate().filter_map(|(at, change)| change.read(at, fields)).collect();
        let mut savings = Vec::new();
        for (at, one) in self.planned_savings.iter().enumerate() {
            let label = fields.parsed(format!("plannedSavings/{at}/label"), &one.label, Name::parse);
            let activity =
                fields.optional(format!("plannedSavings/{at}/activity"), one.activity.as_deref(), Code::parse);
            let saving = label.zip(money(Some(&one.amount)));
            savings.extend(saving.map(|(label, amount)| PlannedSaving { label, amount, activity }));
        }
        let reserve = self.reserve.as_ref().map(|reserve| {
            let uses = reserve.uses.iter().enumerate().filter_map(|(at, one)| {
                let reason = fields.needed(format!("reserve/uses/{at}/reason"), &one.reason, 2000);
                Some(ReserveUse { amount: money(Some(&one.amount))?, reason })
            });
            Reserve { percent: reserve.percent.hundredths(), uses: uses.collect() }
        });
        let footnotes = self.footnotes.iter().enumerate();
        let footnotes = footnotes.map(|(at, text)| fields.needed(format!("footnotes/{at}"), text, 2000)).collect();
        Frame {
            committee,
            year,
            opening: money(self.opening.as_ref()),
            changes,
            savings,
            reserve,
            stated_closing: money(self.stated_closing.as_ref()),
            stated_changes: money(self.stated_changes.as_ref()),
            footnotes,
        }
    }
}

impl From<Frame> for FrameInput {
    fn from(frame: Frame) -> Self {
        let Frame {
            committee: _,
            year: _,
            opening,
            changes,
            savings,
            reserve,
            stated_closing,
            stated_changes,
            footnotes,
        } = frame;
        let change = |change: FrameChange| FrameChangeView {
            key: change.key.to_string(),
            label: change.label.to_string(),
            kind: change.kind.code().into(),
            amount: change.amount.into(),
            terms: Some(change.terms.into()),
            note: shown(change.note),
        };
        let saving = |saving: PlannedSaving| PlannedSavingView {
            label: saving.label.to_string(),
            amount: saving.amount.into(),
            activity: saving.activity.map(|code| code.to_string()),
        };
        let used = |one: ReserveUse| ReserveUseView { amount: one.amount.into(), reason: one.reason };
        Self {
            opening: opening.map(Amount::from),
            changes: changes.into_iter().map(change).collect(),
            planned_savings: savings.into_iter().map(saving).collect(),
            reserve: reserve.map(|reserve| ReserveView {
                percent: Percent::from_hundredths(reserve.percent),
                uses: reserve.uses.into_iter().map(used).collect(),
            }),
            stated_closing: stated_closing.map(Amount::from),
            stated_changes: stated_changes.map(Amount::from),
            footnotes,
        }
    }
}

/// Ett steg i ramens brygga. A step of the bridge.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"key": "loner", "label": "Löner för tre kvartal", "type": "wages", "amount": 5_200_000, "firm": true,
    "counterpart": null, "note": "process rad 92"}))]
struct BridgeStepView {
    /// Nyckel. Its key.
    key: String,
    /// Vad det kallas. What it is called.
    label: String,
    /// Slag. What it is for.
    #[serde(rename = "type")]
    #[schema(extensions(("x-enum" = json!(words::CHANGE_KINDS))))]
    kind: &'static str,
    /// Beloppet; positivt höjer ramen. The amount: positive raises the frame.
    amount: Amount,
    /// Beslutat utan villkor. Whether it is decided without a condition.
    firm: bool,
    /// Den andra nämnden i en överföring. The other committee of a transfer.
    counterpart: Option<String>,
    /// Var det står i underlaget. Where it stands in the documents.
    note: Option<String>,
}

/// Något som inte stämmer. Something that does not agree: as stated and as computed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"of": "changes", "stated": 12_300_000, "computed": 17_500_000, "difference": -5_200_000}))]
struct BridgeFindingView {
    /// Vad: opening, changes eller closing. What does not agree.
    #[schema(extensions(("x-enum" = json!(words::BRIDGE_FINDINGS))))]
    of: &'static str,
    /// Som det är tryckt. As stated.
    stated: Amount,
    /// Som det räknas. As computed.
    computed: Amount,
    /// Tryckt minus räknat. Stated less computed.
    difference: Amount,
}

/// Reserven. What is required as a reserve, used of it and left.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"required": 3_828_000, "used": 3_828_000, "left": 0, "fulfilled": false}))]
struct ReserveStandingView {
    /// Krävs. What is required.
    required: Amount,
    /// Använt. What is used.
    used: Amount,
    /// Kvar. What is left.
    left: Amount,
    /// Om reserven finns kvar helt. Whether all of it is left.
    fulfilled: bool,
}

/// Budgeten mot ramen. The adopted budget against the frame.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"budget": 390_500_000, "overFrame": 7_700_000, "plannedSavings": 7_700_000, "unfunded": 0, "unallocated": 0}))]
struct AgainstFrameView {
    /// Antagen budget, netto. The adopted budget, net.
    budget: Amount,
    /// Budgeten över ramen. What the budget has over the frame.
    over_frame: Amount,
    /// Planerade besparingar. The savings that are planned.
    planned_savings: Amount,
    /// Det över ramen som besparingarna inte täcker. What of that planned savings do not cover.
    unfunded: Amount,
    /// Ram som inte är fördelad i budgeten. What of the frame the budget has not allocated.
    unallocated: Amount,
}

/// En ram med sin brygga. A committee's frame for a year, with its bridge.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"committee": "SN", "year": 2017, "amountUnit": "kr", "signConvention": "cost-positive", "opening": 365_300_000,
    "openedBy": "stated", "steps": [], "original": 382_800_000, "supplementary": 0, "reBudgeted": 0, "closing": 382_800_000,
    "closingWithConditional": 382_800_000, "nextOpening": 382_800_000, "reserve": null, "againstBudget": null, "findings": [],
    "content": {"opening": 365_300_000, "changes": [], "plannedSavings": [], "reserve": null, "statedClosing": null, "statedChanges": null,
    "footnotes": []}, "_links": {}}))]
pub(super) struct FrameView {
    /// Nämnden. The committee.
    committee: String,
    /// År. The year.
    year: i16,
    /// Beloppens enhet. The unit of the amounts: kr.
    #[schema(extensions(("x-enum" = json!(words::KR))))]
    amount_unit: &'static str,
    /// Teckenkonvention: en nettokostnadsram är positiv. The sign convention: a frame of net cost is positive.
    #[schema(extensions(("x-enum" = json!(words::COST_POSITIVE))))]
    sign_convention: &'static str,
    /// Ingående ram. The opening.
    opening: Amount,
    /// Varifrån den kommer: last-year (förra årets utgående utan engångsposter, med helårseffekter), stated eller missing. Where it comes
    /// from: last year's closing without one-offs and with full-year effects, stated, or missing.
    #[schema(extensions(("x-enum" = json!(words::OPENINGS))))]
    opened_by: &'static str,
    /// Stegen, med överföringar. The steps, with transfers.
    steps: Vec<BridgeStepView>,
    /// Ram utan tilläggsanslag och ombudgetering. The frame without supplementary and re-budgeted amounts.
    original: Amount,
    /// Tilläggsanslag. Supplementary amounts.
    supplementary: Amount,
    /// Ombudgeterat. Re-budgeted amounts.
    re_budgeted: Amount,
    /// Utgående ram med fasta förändringar. Opening and firm changes.
    closing: Amount,
    /// Utgående ram om villkoren uppfylls. With the conditional changes too.
    closing_with_conditional: Amount,
    /// Vad nästa år börjar med. What next year opens with.
    next_opening: Amount,
    /// Reserven. The reserve.
    reserve: Option<ReserveStandingView>,
    /// Antagen budget mot ramen; saknas utan budget. The adopted budget against the frame; absent without one.
    against_budget: Option<AgainstFrameView>,
    /// Vad som inte stämmer. What does not agree.
    findings: Vec<BridgeFindingView>,
    /// Det som sattes. What was put.
    content: FrameInput,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for FrameView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let row = |key: &str, label: &str, kind: &str, amount: &Amount| {
            vec![Cell::text(key), Cell::text(label), Cell::text(kind), Cell::number(amount)]
        };
        let mut rows = vec![row("opening", "Ingående ram", self.opened_by, &self.opening)];
        rows.extend(self.steps.iter().map(|step| row(&step.key, &step.label, step.kind, &step.amount)));
        rows.push(row("closing", "Utgående ram", "total", &self.closing));
        Some(Table::new(vec!["key", "label", "type", "amount"], rows))
    }
}

impl FrameView {
    /// A frame with its bridge, beside the adopted budget.
    pub(super) fn new(found: &Bridged, budget: Option<Money>, links: Links) -> Result<Self, Problem> {
        let whole = || -> Result<Self, StoreError> {
            let bridged = bridge(&found.frame, &found.transfers, found.last_year)?;
            let supplementary = bridged.of_kind(ChangeKind::Supplementary)?;
            let re_budgeted = bridged.of_kind(ChangeKind::ReBudgeting)?;
            Ok(Self {
                committee: found.frame.committee.to_string(),
                year: found.frame.year.number(),
                amount_unit: "kr",
                sign_convention: "cost-positive",
                opening: bridged.opening.into(),
                opened_by: bridged.opened_by.code(),
                steps: steps(&bridged),
                original: bridged.closing.minus(supplementary)?.minus(re_budgeted)?.into(),
                supplementary: supplementary.into(),
                re_budgeted: re_budgeted.into(),
                closing: bridged.closing.into(),
                closing_with_conditional: bridged.closing_if_all.into(),
                next_opening: bridged.next_opening.into(),
                reserve: found.frame.reserve.as_ref().map(|_| reserve(&bridged)).transpose()?,
                against_budget: budget.map(|budget| against(&found.frame, &bridged, budget)).transpose()?,
                findings: findings(&bridged)?,
                content: found.frame.clone().into(),
                links,
            })
        };
        Ok(whole()?)
    }
}

fn steps(bridged: &Bridge<'_>) -> Vec<BridgeStepView> {
    let step = |item: &utfall_domain::frame::BridgeItem<'_>| BridgeStepView {
        key: item.key.into(),
        label: item.label.into(),
        kind: item.kind.code(),
        amount: item.amount.into(),
        firm: item.terms.is_firm(),
        counterpart: item.counterpart.map(str::to_owned),
        note: shown(item.note.into()),
    };
    bridged.items.iter().map(step).collect()
}

fn reserve(bridged: &Bridge<'_>) -> Result<ReserveStandingView, StoreError> {
    Ok(ReserveStandingView {
        required: bridged.reserve_required.into(),
        used: bridged.reserve_used.into(),
        left: bridged.reserve_left()?.into(),
        fulfilled: bridged.reserve_used <= Money::ZERO,
    })
}

fn against(frame: &Frame, bridged: &Bridge<'_>, budget: Money) -> Result<AgainstFrameView, StoreError> {
    let savings = Money::sum(frame.savings.iter().map(|saving| saving.amount))?;
    let over = budget.minus(bridged.closing)?;
    Ok(AgainstFrameView {
        budget: budget.into(),
        over_frame: over.max(Money::ZERO).into(),
        planned_savings: savings.into(),
        unfunded: over.minus(savings)?.max(Money::ZERO).into(),
        unallocated: (-over).max(Money::ZERO).into(),
    })
}

fn findings(bridged: &Bridge<'_>) -> Result<Vec<BridgeFindingView>, StoreError> {
    let finding = |found: &utfall_domain::frame::BridgeFinding| {
        let difference = found.stated.minus(found.computed)?.into();
        Ok(BridgeFindingView { of: found.of, stated: found.stated.into(), computed: found.computed.into(), difference })
    };
    bridged.findings.iter().map(finding).collect()
}
