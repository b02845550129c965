//! A statement on the wire: cells with what is computed and what is stated, and everything that does not agree.

use super::asked::StatementAsked;
use super::layout_view::{FootnoteView, is_deviation};
use crate::contract::words;
use crate::reply::Body;
use crate::wire::amount::Amount;
use crate::wire::csv::{Cell, Table};
use crate::wire::fields::shown;
use crate::wire::link::Links;
use serde::Serialize;
use utfall_domain::accrual::Adjustment;
use utfall_domain::money::{AmountUnit, Money, ShownAmount, SignConvention};
use utfall_domain::report::Value;
use utfall_domain::statement::{Cells, Line, ReportLayout, StatedCell, Statement};
use utfall_persistence::statement::Used;
use utoipa::ToSchema;

/// En kolumn i en uppställning. A column of a statement.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"name": "budget-2018", "label": "Budget 2018"}))]
struct StatementColumnView {
    /// Namnet som den frågas efter med. The name that it is asked by.
    name: String,
    /// Rubriken. The heading.
    label: String,
}

/// En cell. A cell: what is computed, and beside it what is stated.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"column": "budget-2018", "amount": -622_928, "absent": null, "stated": -625_328, "difference": -2_400,
    "printed": "-625 328", "mark": null, "reason": null}))]
struct StatementCellView {
    /// Kolumnen. The column.
    column: String,
    /// Beräknat. As computed.
    amount: Option<Amount>,
    /// Varför det saknas. Why it is not there.
    #[schema(extensions(("x-enum" = json!(words::STATEMENT_ABSENTS))))]
    absent: Option<&'static str>,
    /// Tryckt. As stated.
    stated: Option<Amount>,
    /// Tryckt minus beräknat. Stated less computed.
    difference: Option<Amount>,
    /// Som det är tryckt. As it was printed.
    printed: Option<String>,
    /// Fotnotsmärke. The mark of a footnote.
    mark: Option<String>,
    /// Varför cellen är tom eller avviker. Why the cell is empty, or differs.
    reason: Option<String>,
}

/// En rad. A line.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"code": "HVBU", "label": "HVB unga", "kind": "line", "depth": 0, "mark": null, "cells": []}))]
struct StatementLineView {
    /// Koden, eller nyckeln i uppställningen. The code, or the key in the layout.
    code: String,
    /// Texten. What it is called.
    label: String,
    /// Slag: line, group, undistributed, of-which, subtotal, total, comparison eller heading. What it is.
    #[schema(extensions(("x-enum" = json!(words::LINE_KINDS))))]
    kind: &'static str,
    /// Hur djupt en varav-rad står. How deep an of-which line stands.
    depth: u8,
    /// Fotnotsmärke. The mark of a footnote to the line.
    mark: Option<String>,
    /// Cellerna, i kolumnernas ordning. The cells, in the order of the columns.
    cells: Vec<StatementCellView>,
}

/// Något som inte stämmer. Something that does not agree.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"line": "kostnader", "column": "budget-2018", "stated": -625_328, "computed": -622_928, "difference": -2_400}))]
struct StatementFindingView {
    /// Raden. The line.
    line: String,
    /// Kolumnen. The column.
    column: String,
    /// Tryckt. As stated.
    stated: Amount,
    /// Beräknat. As computed.
    computed: Amount,
    /// Tryckt minus beräknat. Stated less computed.
    difference: Amount,
}

/// Ett skäl till omräkning. An adjustment that restates a column.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"year": 2019, "label": "Placeringar i december 2018", "amount": -6_441_000, "reason": "Året har tretton månader."}))]
struct RestatementView {
    /// Året som räknas om. The year that is restated.
    year: i16,
    /// Vad det är. What it is.
    label: String,
    /// Läggs till det bokförda, i kronor och debet-positivt. Added to what is booked, in kronor and debit positive.
    amount: Amount,
    /// Skälet. Why it belongs to another year.
    reason: String,
}

/// En prognos eller ett förslag som används. A forecast or a proposal that a column uses.
#[derive(Serialize, ToSchema)]
#[schema(example = json!({"column": "forecast-2018", "committee": "SN", "source": "controller", "month": 8}))]
struct UsedSourceView {
    /// Kolumnen. The column.
    column: String,
    /// Nämnden. The committee.
    committee: String,
    /// Källan. The source.
    source: String,
    /// Prognosens månad; 0 för ett budgetförslag. The month of the forecast; 0 for a proposal.
    month: u8,
}

/// En uppställning. A statement.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"title": null, "committee": "SN", "amountUnit": "tkr", "signConvention": "cost-positive", "columns": [
    {"name": "outcome-2018-08", "label": "Utfall 2018-08"}], "lines": [], "totals": [], "roundingDifferences": [], "findings": [],
    "restatements": [], "sources": [], "footnotes": [], "_links": {}}))]
pub(super) struct StatementView {
    /// Rubriken. The title of the layout.
    title: Option<String>,
    /// Nämnden; saknas för alla. The committee; absent for all.
    committee: Option<String>,
    /// Beloppens enhet. The unit of the amounts.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: &'static str,
    /// Teckenkonvention; avvikelser är alltid positiva när de är gynnsamma. The sign convention; deviations are always positive when favourable.
    #[schema(extensions(("x-enum" = json!(words::SIGNS))))]
    sign_convention: &'static str,
    /// Kolumnerna. The columns.
    columns: Vec<StatementColumnView>,
    /// Raderna; varav-rader räknas inte i någon summa. The lines; of-which lines count in no sum.
    lines: Vec<StatementLineView>,
    /// Summan, avrundad från ören; en uppställning har den bland sina rader. The total, rounded from öre; a layout has it among its lines.
    totals: Option<Vec<StatementCellView>>,
    /// Visade rader minus visad summa, kolumn för kolumn. What the shown lines sum to, less the shown total, column by column.
    rounding_differences: Vec<StatementCellView>,
    /// Allt tryckt som inte stämmer med det beräknade. All that is stated and does not agree with what is computed.
    findings: Vec<StatementFindingView>,
    /// Vad som räknar om kolumnerna restated, och varför. What restates the restated columns, and why.
    restatements: Vec<RestatementView>,
    /// Prognoser och förslag som används. The forecasts and proposals that are used.
    sources: Vec<UsedSourceView>,
    /// Fotnoterna. The footnotes.
    footnotes: Vec<FootnoteView>,
    #[serde(rename = "_links")]
    links: Links,
}

impl Body for StatementView {
    const IS_TABLE: bool = true;

    fn table(&self) -> Option<Table> {
        let mut headers = vec!["code".to_owned(), "label".to_owned(), "kind".to_owned()];
        headers.extend(self.columns.iter().map(|column| column.name.clone()));
        let cells = |code: &str, label: &str, kind: &str, cells: &[StatementCellView]| {
            let mut row = vec![Cell::text(code), Cell::text(label), Cell::text(kind)];
            row.extend(cells.iter().map(|cell| Cell::maybe(cell.amount.as_ref().or(cell.stated.as_ref()))));
            row
        };
        let mut rows: Vec<_> =
            self.lines.iter().map(|line| cells(&line.code, &line.label, line.kind, &line.cells)).collect();
        rows.extend(self.totals.as_ref().map(|total| cells("", "Summa", "total", total)));
        Some(Table::new(headers, rows))
    }
}

/// How amounts are shown.
struct Shown<'a> {
    unit: AmountUnit,
    sign: SignConvention,
    layout: Option<&'a ReportLayout>,
}

impl Shown<'_> {
    fn amount(&self, line: &str, column: &str, amount: Money) -> ShownAmount {
        let own = self.layout.and_then(|layout| layout.lines.iter().find(|one| one.key.as_str() == line)?.sign);
        let sign = own.unwrap_or(self.sign);
        self.unit.shown(if is_deviation(column) { amount } else { sign.turn(amount) })
    }

    fn cell(&self, line: &str, column: &str, value: Value, said: Option<&StatedCell>) -> StatementCellView {
        let amount = value.ok().map(|amount| self.amount(line, column, amount));
        let stated = said.and_then(|cell| cell.amount).map(|amount| self.amount(line, column, amount));
        let difference = stated.zip(amount).map(|(stated, amount)| stated.minus(amount));
        StatementCellView {
            column: column.into(),
            amount: amount.map(Amount::shown),
            absent: value.err().map(utfall_domain::report::Absent::code),
            stated: stated.map(Amount::shown),
            difference: difference.map(Amount::shown),
            printed: said.and_then(|cell| shown(cell.printed.clone())),
            mark: said.and_then(|cell| shown(cell.mark.clone())),
            reason: said.and_then(|cell| shown(cell.reason.clone())),
        }
    }

    fn cells(&self, line: &str, names: &[&str], cells: &Cells) -> Vec<StatementCellView> {
        let said = |name: &str| self.layout.and_then(|layout| layout.stated(line, name));
        names.iter().zip(cells).map(|(name, value)| self.cell(line, name, *value, said(name))).collect()
    }

    /// What the shown lines sum to, less the shown total; absent where a line or the total is.
    fn rounding(&self, names: &[&str], lines: &[Line], total: &Cells) -> Vec<StatementCellView> {
        let difference = |at: usize, name: &str| {
            let mut sum = self.unit.shown(Money::ZERO);
            for line in lines.iter().filter(|line| line.kind.counts()) {
                sum = sum.plus(self.amount("", name, line.cells[at].ok()?));
            }
            Some(Amount::shown(sum.minus(self.amount("", name, total[at].ok()?))))
        };
        let cell = |(at, name): (usize, &&str)| StatementCellView {
            amount: difference(at, name),
            ..self.cell("", name, total[at], None)
        };
        names.iter().enumerate().map(cell).collect()
    }
}

impl StatementView {
    pub(super) fn new(
        asked: StatementAsked,
        statement: &Statement,
        layout: Option<&ReportLayout>,
        used: Vec<Used>,
        restated: Vec<(i16, Adjustment, Money)>,
        links: Links,
    ) -> Self {
        let unit = asked.unit.or(layout.map(|layout| layout.unit)).unwrap_or_default();
        let sign = asked.sign.or(layout.map(|layout| layout.sign)).unwrap_or(SignConvention::CostPositive);
        let show = Shown { unit, sign, layout };
        let names: Vec<&str> = asked.columns.0.iter().map(|(name, _)| name.as_str()).collect();
        let mark = |code: &str| {
            let line = layout?.lines.iter().find(|line| line.key.as_str() == code)?;
            shown(line.mark.clone())
        };
        let line = |line: &Line| StatementLineView {
            code: line.code.clone(),
            label: line.label.clone(),
            kind: line.kind.code(),
            depth: line.depth,
            mark: mark(&line.code),
            cells: show.cells(&line.code, &names, &line.cells),
        };
        let lines: Vec<StatementLineView> = statement.lines.iter().map(line).collect();
        let column =
            |(at, name): (usize, &&str)| StatementColumnView { name: (*name).into(), label: asked.columns.label(at) };
        let source = |used: Used| UsedSourceView {
            column: names.get(used.column).copied().unwrap_or_default().into(),
            committee: used.committee,
            source: used.source,
            month: used.month,
        };
        let restatement = |(year, one, amount): (i16, Adjustment, Money)| RestatementView {
            year,
            label: one.label.to_string(),
            amount: amount.into(),
            reason: one.reason,
        };
        Self {
            title: layout.map(|layout| layout.title.to_string()),
            findings: findings(&lines),
            lines,
            totals: statement.total.as_ref().map(|total| show.cells("", &names, total)),
            rounding_differences: match &statement.total {
                Some(total) => show.rounding(&names, &statement.lines, total),
                None => Vec::new(),
            },
            amount_unit: unit.code(),
            sign_convention: sign.code(),
            columns: names.iter().enumerate().map(column).collect(),
            restatements: restated.into_iter().map(restatement).collect(),
            sources: used.into_iter().map(source).collect(),
            footnotes: layout
                .iter()
                .flat_map(|layout| &layout.footnotes)
                .map(|note| FootnoteView { mark: note.mark.clone(), text: note.text.clone() })
                .collect(),
            committee: asked.committee,
            links,
        }
    }
}

fn findings(lines: &[StatementLineView]) -> Vec<StatementFindingView> {
    let mut found = Vec::new();
    for line in lines {
        for cell in &line.cells {
            if let (Some(stated), Some(computed), Some(difference)) = (&cell.stated, &cell.amount, &cell.difference)
                && difference.as_str() != "0"
            {
                found.push(StatementFindingView {
                    line: line.code.clone(),
                    column: cell.column.clone(),
                    stated: stated.clone(),
                    computed: computed.clone(),
                    difference: difference.clone(),
                });
            }
        }
    }
    found
}
