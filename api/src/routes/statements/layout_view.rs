//! Layouts on the wire: lines, what is printed in their cells, and footnotes.

use super::line_view::LayoutLineView;
use crate::contract::words;
use crate::reply::Body;
use crate::wire::amount::Amount;
use crate::wire::fields::{Fields, shown};
use crate::wire::link::Links;
use serde::{Deserialize, Serialize};
use utfall_domain::money::{AmountUnit, DecimalMark, Money, SignConvention};
use utfall_domain::row_error::Fault;
use utfall_domain::statement::{Columns, Footnote, ReportLayout, StatedCell};
use utfall_domain::text::{Key, Name};
use utoipa::ToSchema;

/// Vad som är tryckt i en cell. What is printed in a cell, in the layout's unit and its line's sign convention.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"line": "kostnader", "column": "budget-2018", "amount": -625_328, "printed": "-625 328", "mark": null,
    "reason": "Stämmer inte med summan."}))]
struct StatedCellView {
    /// Radens nyckel. The key of the line.
    #[schema(min_length = 1, max_length = 100)]
    line: String,
    /// Kolumnens namn. The name of the column.
    #[schema(min_length = 1, max_length = 200)]
    column: String,
    /// Beloppet; saknas när cellen är tom av ett skäl. The amount; absent where the cell is empty for a reason.
    amount: Option<Amount>,
    /// Som det är tryckt. As it was printed.
    #[schema(max_length = 40)]
    printed: Option<String>,
    /// Fotnotsmärke. The mark of a footnote to it.
    #[schema(max_length = 10)]
    mark: Option<String>,
    /// Varför den är tom eller avviker. Why it is empty, or differs.
    #[schema(max_length = 2000)]
    reason: Option<String>,
}

/// En fotnot. A footnote.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"mark": "*", "text": "I ledningen finns nya löner för tre kvartal 2017."}))]
pub(super) struct FootnoteView {
    /// Märket. Its mark.
    #[schema(min_length = 1, max_length = 10)]
    pub(super) mark: String,
    /// Texten. What it says.
    #[schema(min_length = 1, max_length = 2000)]
    pub(super) text: String,
}

/// En uppställning. A layout: the lines of a printed table, and what is printed in it.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(example = json!({"title": "Driftsredovisning", "amountUnit": "tkr", "signConvention": "result", "lines": [
    {"key": "intakter", "label": "Verksamhetens intäkter", "kind": "line", "nature": "revenue"},
    {"key": "kostnader", "label": "Verksamhetens kostnader", "kind": "line", "nature": "cost"},
    {"key": "vard", "label": "varav köpt vård", "kind": "of-which", "parent": "kostnader", "accounts": ["4551"]},
    {"key": "summa", "label": "Summa", "kind": "total", "plusLines": ["intakter", "kostnader"]}],
    "statedCells": [{"line": "summa", "column": "outcome-2018-08", "amount": -320_864}], "footnotes": []}))]
pub(super) struct ReportLayoutDocument {
    /// Tabellens rubrik. The title of the table.
    #[schema(min_length = 1, max_length = 200)]
    title: String,
    /// Enheten som den är tryckt i. The unit that it is printed in.
    #[schema(extensions(("x-enum" = json!(words::UNITS))))]
    amount_unit: String,
    /// Teckenkonventionen. The sign convention that it is printed with; deviations are favourable positive in any.
    #[schema(extensions(("x-enum" = json!(words::SIGNS))))]
    sign_convention: String,
    /// Raderna. The lines, in order.
    lines: Vec<LayoutLineView>,
    /// Vad som är tryckt; jämförs med det beräknade och rättas aldrig. What is printed: compared with what is computed, never corrected.
    #[serde(default)]
    stated_cells: Vec<StatedCellView>,
    /// Fotnoter. The footnotes.
    #[serde(default)]
    footnotes: Vec<FootnoteView>,
}

/// Whether a column's amounts keep their sign in any convention.
pub(super) fn is_deviation(column: &str) -> bool {
    column.starts_with("deviation:")
}

impl ReportLayoutDocument {
    pub(super) fn read(&self, fields: &mut Fields) -> Option<ReportLayout> {
        let title = fields.parsed("title", &self.title, Name::parse);
        let unit = fields.parsed("amountUnit", &self.amount_unit, |text| {
            AmountUnit::from_code(text).ok_or("is not kr, tkr or mnkr")
        });
        let sign = fields.parsed("signConvention", &self.sign_convention, |text| {
            SignConvention::from_code(text).ok_or("is not debit-positive, result or cost-positive")
        });
        let lines: Vec<_> = self.lines.iter().enumerate().filter_map(|(at, line)| line.read(at, fields)).collect();
        let (unit, sign) = (unit?, sign?);
        let layout = ReportLayout { title: title?, unit, sign, lines, stated: Vec::new(), footnotes: Vec::new() };
        let stated =
            self.stated_cells.iter().enumerate().filter_map(|(at, cell)| cell.read(at, &layout, fields)).collect();
        let footnotes = self.footnotes.iter().enumerate().map(|(at, note)| Footnote {
            mark: fields.needed(format!("footnotes/{at}/mark"), &note.mark, 10),
            text: fields.needed(format!("footnotes/{at}/text"), &note.text, 2000),
        });
        let footnotes = footnotes.collect();
        Some(ReportLayout { stated, footnotes, ..layout })
    }
}

impl StatedCellView {
    fn read(&self, at: usize, layout: &ReportLayout, fields: &mut Fields) -> Option<StatedCell> {
        let at = |field: &str| format!("statedCells/{at}/{field}");
        let line = fields.parsed(at("line"), &self.line, Key::parse);
        let alone = if is_deviation(&self.column) || self.column.starts_with("change:") {
            true
        } else {
            match Columns::parse(&self.column) {
                Ok(_) => true,
                Err((_, why)) => {
                    fields.fault(at("column"), &self.column, Fault::Format, why);
                    false
                }
            }
        };
        let amount = match &self.amount {
            None => None,
            Some(amount) => {
                fields.parsed(at("amount"), amount.as_str(), |text| layout.unit.parse(text, DecimalMark::Point))
            }
        };
        let line = line.filter(|_| alone)?;
        let sign = layout.sign_of(line.as_str());
        let turned = |amount: Money| if is_deviation(&self.column) { amount } else { sign.turn(amount) };
        Some(StatedCell {
            amount: amount.map(turned),
            column: self.column.clone(),
            printed: fields.text(at("printed"), self.printed.as_deref(), 40),
            mark: fields.text(at("mark"), self.mark.as_deref(), 10),
            reason: fields.text(at("reason"), self.reason.as_deref(), 2000),
            line,
        })
    }
}

impl From<ReportLayout> for ReportLayoutDocument {
    fn from(layout: ReportLayout) -> Self {
        let stated = layout.stated.iter().map(|cell| {
            let sign = layout.sign_of(cell.line.as_str());
            let turned = |amount: Money| if is_deviation(&cell.column) { amount } else { sign.turn(amount) };
            StatedCellView {
                line: cell.line.to_string(),
                column: cell.column.clone(),
                amount: cell.amount.map(|amount| Amount::exact_in(layout.unit, turned(amount))),
                printed: shown(cell.printed.clone()),
                mark: shown(cell.mark.clone()),
                reason: shown(cell.reason.clone()),
            }
        });
        let stated = stated.collect();
        let ReportLayout { title, unit, sign, lines, stated: _, footnotes } = layout;
        let note = |note: Footnote| FootnoteView { mark: note.mark, text: note.text };
        Self {
            title: title.to_string(),
            amount_unit: unit.code().into(),
            sign_convention: sign.code().into(),
            lines: lines.into_iter().map(LayoutLineView::from).collect(),
            stated_cells: stated,
            footnotes: footnotes.into_iter().map(note).collect(),
        }
    }
}

/// En uppställning som den gäller. A layout as it stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"layoutKey": "driftsredovisning", "content": {"title": "Driftsredovisning", "amountUnit": "tkr",
    "signConvention": "result", "lines": [], "statedCells": [], "footnotes": []}, "_links": {}}))]
pub(super) struct ReportLayoutView {
    /// Nyckeln. Its key.
    pub(super) layout_key: String,
    /// Innehållet. What was put.
    pub(super) content: ReportLayoutDocument,
    #[serde(rename = "_links")]
    pub(super) links: Links,
}

impl Body for ReportLayoutView {}
