//! What becomes of a version: put, proposed, returned, decided and closed.

use super::version::{PlanVersion, version};
use crate::code_plan::{check_code, code_plan};
use crate::deviation::{Deviation, deviations_of};
use crate::error::{Refusal, StoreError};
use crate::put::{Precondition, Put, refuse};
use crate::steering::edition::{self, Draft};
use crate::store::Writing;
use crate::stored::written;
use serde_json::json;
use utfall_domain::action_plan::{ActionPlan, CodeFilter, Measuring, Purpose};
use utfall_domain::code_plan::{CodePlan, CommitteeKind};
use utfall_domain::deviation::PlanStanding;
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::steering::edition::{Decision, EditionKind};
use utfall_domain::text::Key;

const KIND: EditionKind = EditionKind::ActionPlan;

/// Puts a version: a draft.
pub async fn put(
    w: &mut Writing,
    document: &Key,
    number: i16,
    plan: ActionPlan,
    precondition: Precondition,
    reason: &str,
) -> Result<Put<PlanVersion>, StoreError> {
    refuse(check(w, &plan).await?)?;
    let body = written(&plan)?;
    let draft = Draft { kind: KIND, document, number, committee: &plan.committee, year: plan.year, body };
    let Put { version, is_new, .. } = edition::put(w, draft, precondition, reason).await?;
    Ok(Put { body: standing(w, document.as_str(), number).await?, version, is_new })
}

async fn standing(w: &Writing, document: &str, number: i16) -> Result<PlanVersion, StoreError> {
    Ok(version(w, document, number).await?.ok_or(Refusal::NotFound)?)
}

/// What is wrong with a plan, by itself and against what it names.
async fn check(w: &Writing, plan: &ActionPlan) -> Result<Vec<RowError>, StoreError> {
    let mut errors = plan.check();
    let codes = code_plan(w).await?;
    match codes.committee(plan.committee.as_str()) {
        None => {
            let reason = "is not a committee of the municipality";
            errors.push(RowError::whole("committee", plan.committee.as_str(), Fault::UnknownCode, reason));
        }
        Some(committee) if plan.purpose == Purpose::Balance && committee.kind != CommitteeKind::Council => {
            let reason = "is not the council, which decides the plan for the balance requirement";
            errors.push(RowError::whole("committee", plan.committee.as_str(), Fault::Conflict, reason));
        }
        Some(_) => {}
    }
    check_answers(plan, &deviations_of(w, &plan.answers).await?, &mut errors);
    for (at, measure) in plan.measures.iter().enumerate() {
        if let Measuring::Ledger { filter, .. } = &measure.measuring {
            check_codes(at, filter, &codes, &mut errors);
        }
    }
    Ok(errors)
}

/// The cases that are answered are the committee's, and of the plan's years.
fn check_answers(plan: &ActionPlan, cases: &[Deviation], errors: &mut Vec<RowError>) {
    for (at, id) in plan.answers.iter().enumerate() {
        let is_own = |case: &&Deviation| {
            case.deviation_id == *id
                && (case.committee == plan.committee.as_str() || plan.purpose == Purpose::Balance)
                && (plan.year.number()..=plan.through.number()).contains(&case.year)
        };
        if !cases.iter().any(|case| is_own(&case)) {
            let reason = "is not a deviation case of the committee and the plan's years";
            errors.push(RowError::whole(format!("answers/{at}"), id, Fault::UnknownCode, reason));
        }
    }
}

fn check_codes(at: usize, filter: &CodeFilter, codes: &CodePlan, errors: &mut Vec<RowError>) {
    for (part, list) in &filter.0 {
        for (n, code) in list.iter().enumerate() {
            let field = format!("measures/{at}/measuring/filter/{}/{n}", part.list());
            check_code(codes, *part, Some(code.as_str()), &field, errors);
        }
    }
}

/// Proposes a draft: it does not change any more.
pub async fn propose(w: &mut Writing, document: &str, number: i16, reason: &str) -> Result<PlanVersion, StoreError> {
    let draft = edition::draft(w, KIND, document, number).await?;
    refuse(check(w, &crate::stored::read(&draft.body)?).await?)?;
    edition::hand_in(w, KIND, document, number, reason).await?;
    standing(w, document, number).await
}

/// Hands a proposal back: it is a draft again.
pub async fn hand_back(w: &mut Writing, document: &str, number: i16, reason: &str) -> Result<PlanVersion, StoreError> {
    edition::hand_back(w, KIND, document, number, reason).await?;
    standing(w, document, number).await
}

/// Records the decision on a proposal; the version before is superseded.
pub async fn decide(
    w: &mut Writing,
    document: &str,
    number: i16,
    decision: &Decision,
) -> Result<PlanVersion, StoreError> {
    let proposed = standing(w, document, number).await?;
    if proposed.plan.purpose == Purpose::Balance {
        let councils = crate::code_plan::committees(w).await?;
        let is_council = councils.iter().filter(|committee| committee.kind == CommitteeKind::Council).any(|council| {
            council.code.as_str() == decision.body
                || council.name.as_str().to_lowercase() == decision.body.to_lowercase()
        });
        if !is_council {
            let reason = "is not the council, which decides the plan for the balance requirement";
            refuse(vec![RowError::whole("body", &decision.body, Fault::Conflict, reason)])?;
        }
    }
    edition::decide(w, KIND, document, number, decision).await?;
    standing(w, document, number).await
}

/// Ends a decided version. Cases that close do not do that by themselves.
pub async fn close(w: &mut Writing, document: &str, number: i16, reason: &str) -> Result<PlanVersion, StoreError> {
    let decided = standing(w, document, number).await?;
    if decided.closure.as_ref().is_some_and(|closure| closure.reason == reason) {
        return Ok(decided);
    }
    if !decided.standing.is_decided() {
        let sentence = format!("it is {}, and only a decided version can be closed", decided.standing.code());
        return Err(Refusal::Conflict(sentence).into());
    }
    let sql = "INSERT INTO action_plan_closure (municipality, document, number, version, recorded_at, recorded_by, reason) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = vec![
        document.into(),
        number.into(),
        w.version().into(),
        w.stamp().into(),
        w.actor().subject.clone().into(),
        reason.into(),
    ];
    w.execute(sql, values).await?;
    let committee = json!({ "committee": decided.edition.committee });
    w.record("close-action-plan", &edition::resource(KIND, document, number), reason, committee);
    debug_assert_ne!(decided.standing, PlanStanding::Closed, "a closed version is refused above");
    standing(w, document, number).await
}
