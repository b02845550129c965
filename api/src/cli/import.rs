//! `utfall import kolada`: saved answers of Kolada's into the catalogue and a municipality's observations.

use super::Failure;
use super::settings::StoreSettings;
use crate::kolada::saved::Saved;
use clap::{Args, Subcommand};
use std::path::PathBuf;
use utfall_domain::decimal::Decimal;
use utfall_domain::permission::{Reach, Role};
use utfall_domain::row_error::RowError;
use utfall_domain::text::MunicipalityCode;
use utfall_persistence::audit::Actor;
use utfall_persistence::error::{Refusal, StoreError};
use utfall_persistence::kolada::import::{Difference, Imported, Said, import};
use utfall_persistence::store::Store;

#[derive(Subcommand)]
pub(super) enum Source {
    /// Import saved answers of Kolada's API, version 2 or 3: key figures, municipalities, groups, values.
    Kolada(KoladaArguments),
}

#[derive(Args)]
pub(super) struct KoladaArguments {
    #[command(flatten)]
    store: StoreSettings,
    /// The municipality whose observations the values become; needed where the service has several.
    #[arg(long)]
    municipality: Option<String>,
    /// The files hold every area of each key figure and year in them: what stands and is not in them is removed.
    #[arg(long)]
    complete: bool,
    /// Files with answers as they were saved, in any order.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// How many faults or differences are printed one by one.
const SHOWN: usize = 50;

pub(super) async fn run(source: Source) -> Result<(), Failure> {
    let Source::Kolada(arguments) = source;
    let mut saved = Saved::default();
    for file in &arguments.files {
        let name = file.display().to_string();
        let content = std::fs::read_to_string(file).map_err(|error| format!("{name}: {error}"))?;
        saved.read(&name, &content);
    }
    if !saved.faults.is_empty() {
        return Err(format!("nothing is imported: {}", listed(&saved.faults)).into());
    }
    let store = arguments.store.open().await?;
    let municipality = match (&arguments.municipality, saved.rows.is_empty()) {
        (Some(code), _) => Some(MunicipalityCode::parse(code).map_err(|why| format!("{code:?} {why}"))?),
        (None, true) => None,
        (None, false) => Some(only(&store).await?),
    };
    let entries = store.put_catalogue(&saved.entries).await?;
    let held = &saved.entries;
    println!(
        "catalogue: {} key figures, {} areas and {} groups read; {}, {} and {} new or changed",
        held.key_figures.len(),
        held.areas.len(),
        held.groups.len(),
        entries.key_figures,
        entries.areas,
        entries.groups
    );
    let Some(municipality) = municipality.filter(|_| !saved.rows.is_empty()) else { return Ok(()) };
    let actor = Actor { subject: "utfall import".into(), role: Role::Admin, reach: Reach::All, trace: String::new() };
    let imported = store.write(&municipality, &actor, async |w| import(w, &saved.rows, arguments.complete).await).await;
    show(&municipality, &imported.map_err(plain)?, saved.rounded);
    Ok(())
}

/// The only municipality of the service.
async fn only(store: &Store) -> Result<MunicipalityCode, Failure> {
    let (found, count) = store.municipalities(2, 0).await?;
    match found.as_slice() {
        [one] => Ok(MunicipalityCode::parse(&one.code)?),
        [] => Err("the service has no municipality yet: create one, then import its values".into()),
        _ => {
            Err(format!("the service has {count} municipalities: say with --municipality whose the values become")
                .into())
        }
    }
}

fn show(municipality: &MunicipalityCode, imported: &Imported, rounded: usize) {
    for Difference { key, before, after } in imported.differences.iter().take(SHOWN) {
        let text = |value: &Option<Decimal>| value.map_or_else(|| "missing".to_owned(), |value| value.to_string());
        let (sex, before) = (key.sex.code(), text(before));
        match after {
            Said::Value(after) => println!(
                "revised  {} {} {} {sex}: {before} -> {}",
                key.indicator,
                key.organisation,
                key.period,
                text(after)
            ),
            Said::Nothing => println!("removed  {} {} {} {sex}: {before}", key.indicator, key.organisation, key.period),
        }
    }
    let more = imported.differences.len().saturating_sub(SHOWN);
    if more > 0 {
        println!("and {more} more revised or removed");
    }
    let receipt = &imported.receipt;
    println!(
        "{municipality}: {} indicators made; values: {} added, {} revised, {} removed, {} as before; {rounded} rounded to six decimals",
        imported.indicators.len(),
        receipt.added,
        receipt.changed,
        receipt.deleted,
        receipt.unchanged
    );
}

/// How many faults there are, and the first of them, one a line.
fn listed(faults: &[String]) -> String {
    let shown: Vec<&str> = faults.iter().take(SHOWN).map(String::as_str).collect();
    let more = faults.len() - shown.len();
    let rest = if more > 0 { format!("\n  and {more} more") } else { String::new() };
    format!("{} faults\n  {}{rest}", faults.len(), shown.join("\n  "))
}

/// A refusal in a sentence.
fn plain(error: StoreError) -> Failure {
    match error {
        StoreError::Refused(Refusal::Rows(errors)) => {
            let line = |error: &RowError| format!("{} {:?} {}", error.field, error.value, error.reason);
            format!("no value is imported: {}", listed(&errors.iter().map(line).collect::<Vec<_>>())).into()
        }
        StoreError::Refused(Refusal::NotFound) => "there is no such municipality".into(),
        StoreError::Refused(Refusal::Conflict(sentence)) => sentence.into(),
        error => error.into(),
    }
}
