//! From the bytes and declarations of a call to a delivery that the store can judge. The same for outcomes, budgets and
//! forecasts, and for a held delivery when it is released.

use super::declared::{Declared, Said};
use super::receipt::{PostedView, held_view, receipt_view};
use crate::auth::call::Call;
use crate::auth::perm::Permission;
use crate::delivery::{self, Format, Unreadable};
use crate::problem::{Kind as ProblemKind, Problem};
use crate::reply::Reply;
use utfall_domain::forecasting::{Departure, Tilt};
use utfall_domain::period::{Month, Period, Year, day_in_stockholm};
use utfall_domain::posting::{BudgetStatus, Kind};
use utfall_domain::row_error::{Fault, RowError};
use utfall_domain::text::Source;
use utfall_persistence::forecasting::leaning;
use utfall_persistence::posting::{Delivery, Posted, post};

/// What a posting may be sent as.
pub(super) const POSTING_TYPES: &[&str] = &["text/csv", "application/json", "application/x-sie"];
/// How large a posting may be: 64 MiB.
pub(super) const POSTING_BODY: usize = 64 << 20;

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

/// What is said of a committee's adopted budget that departs from history.
fn departs(committee: &str, departure: &Departure) -> String {
    let Departure { months, month, tilt } = departure;
    let difference = months[usize::from(*month) - 1];
    let (more, shows) = match tilt {
        Tilt::FrontLoaded => ("more", "a surplus"),
        Tilt::BackLoaded | Tilt::InLine => ("less", "a deficit"),
    };
    format!(
        "The adopted budget of committee {committee} has {} kr {more} from January through month {month} than the whole years before it would \
         give ({}): it will show {shows} that is not there. See reports/budget-profiles.",
        difference.abs(),
        tilt.code()
    )
}

/// Posts the body of a call.
pub(super) async fn deliver<P: Permission + 'static>(
    call: &mut Call<P>,
    kind: Kind,
    period: &str,
) -> Result<Reply<PostedView>, Problem> {
    let declared: Declared = call.query()?;
    let today = day_in_stockholm(call.store().now());
    let this_year = Year::new(chrono::Datelike::year(&today)).map_err(|why| Problem::bad_request(why.to_string()))?;
    let target = Target::parse(kind, period, &call.path("source")?, this_year)?;
    let content_type = call.content_type();
    // SIE has balances and budgets, and no forecasts.
    let types = if kind == Kind::Forecast { &POSTING_TYPES[..2] } else { POSTING_TYPES };
    let bytes = call.body(types, POSTING_BODY).await?;
    let pointed = |problem: Problem| {
        if content_type == "application/json" { problem.in_list("entries") } else { problem }
    };
    let (delivery, mut notes) = read(target, &declared, &content_type, bytes).map_err(pointed)?;
    let expected = call.if_match()?;
    let posted = call.write(async |w| {
        let posted = post(w, &delivery, expected).await?;
        // A proposal is no part of the budget that is compared.
        let counts = kind == Kind::Budget && delivery.budget_status == BudgetStatus::Adopted;
        let leaning = if counts && matches!(posted, Posted::Stored(_)) {
            leaning(w, delivery.period.year()).await?
        } else {
            Vec::new()
        };
        Ok((posted, leaning))
    });
    let (posted, leaning) = posted.await.map_err(pointed)?;
    let reach = &call.actor().reach;
    let seen = leaning.iter().filter(|(committee, _)| reach.covers(committee));
    notes.extend(seen.map(|(committee, departure)| departs(committee, departure)));
    let location = call.own_href();
    Ok(match posted {
        Posted::Stored(receipt) => {
            let created = receipt.posting.revision == 1 && !receipt.unchanged;
            let version = receipt.posting.since();
            let view = receipt_view(call, *receipt, notes);
            Reply::put(created, PostedView::Stored(Box::new(view)), location).version(version)
        }
        Posted::Held { posting_id, errors } => {
            let location = call.municipality_href(&format!("postings/{posting_id}"));
            let view = held_view(posting_id, errors, &location);
            Reply::accepted(PostedView::Held(Box::new(view)), location)
        }
    })
}
