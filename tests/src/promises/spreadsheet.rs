//! What is exported is opened by `LibreOffice`: a series saved for Excel holds the same numbers in Swedish, with decimal commas, and no text
//! is run as a formula.

use super::service::Service;
use crate::database::Kind;
use crate::program::program;
use crate::random::Random;
use reqwest::Method;
use serde_json::json;
use std::path::Path;

/// How many values are compared.
const VALUES: u64 = 500;

/// Loads values, saves the series as `text/csv;variant=excel`, lets `LibreOffice` turn it into a document that tells numbers from texts,
/// and compares every value.
///
/// # Panics
/// When a number has become another or a text, or a text a number.
pub async fn keeps_its_numbers(seed: u64) -> String {
    let service = Service::new(Kind::Sqlite).await;
    let client = service.client();
    client.put("indicators/kurs", json!({ "name": "=SUMMA(A1); \"kurs\"", "unit": "kr" })).await.succeeded();
    let mut random = Random::new(seed);
    let mut expected = Vec::new();
    let mut rows = Vec::new();
    for number in 0..VALUES {
        let period = format!("{}-{:02}", 1990 + number / 12, number % 12 + 1);
        let millionths = random.below(2_000_000_000_000).cast_signed() - 1_000_000_000_000;
        let millionths = if number % 3 == 0 { millionths / 1_000_000 * 1_000_000 } else { millionths };
        let value = utfall_domain::decimal::Decimal::stored(millionths).to_string();
        rows.push(format!("kurs,0580,{period},T,{value}"));
        expected.push((period, value));
    }
    let csv = format!("indicator,organisation,period,sex,value\n{}\n", rows.join("\n"));
    let request = client.request(Method::POST, "observations").header("Content-Type", "text/csv");
    client.send(request.body(csv)).await.succeeded();
    let saved = client.get_as("indicators/kurs/series", "text/csv;variant=excel").await;
    assert!(saved.status.is_success(), "{}", saved.body);
    let directory = tempfile::tempdir().expect("a directory");
    let document = opened(directory.path(), "series", &saved.body, SWEDISH);
    let cells = cells(&document);
    let value = cells[0].iter().position(|(_, text)| text == "value").expect("a column");
    let period = cells[0].iter().position(|(_, text)| text == "period").expect("a column");
    assert_eq!(cells.len(), expected.len() + 1, "rows");
    for (row, (of, expected)) in cells[1..].iter().zip(&expected) {
        assert_eq!(row[0], ("string".to_owned(), "kurs".to_owned()));
        assert!(row[1].0 == "string" && row[1].1.contains("SUMMA"), "the name is {:?}", row[1]);
        let (kind, number) = &row[value];
        let same = number.parse::<f64>().ok() == expected.parse::<f64>().ok();
        assert!(kind == "float" && same, "{of} ({:?}): {kind} {number}, not {expected}", row[period]);
    }
    format!("a series for Excel, opened by LibreOffice in Swedish: {} numbers as loaded, seed {seed}", expected.len())
}

/// What texts begin with that a spreadsheet takes for a formula, and what may follow.
const BEGINNINGS: [&str; 8] = ["=", "+", "-", "@", "＝", "＋", "－", "＠"];
const ENDS: [&str; 25] = [
    "1+1",
    "1",
    "A1",
    "A1+B1",
    "SUM(A1:B9)",
    "SUMMA(A1:B9)",
    "NOW()",
    "NU()",
    "RAND()",
    "HYPERLINK(\"http://utfall.test\";\"se här\")",
    "HYPERLINK(\"http://utfall.test\",\"se här\")",
    "WEBSERVICE(\"http://utfall.test\")",
    "DDE(\"soffice\";\"x\";\"A1\")",
    "cmd|' /C calc'!A0",
    "IF(1;2;3)",
    "IF(1,2,3)",
    "\"text\"",
    "'1'",
    "(1)",
    "-1",
    "+1",
    "=1",
    "@SUM(A1)",
    "1E5",
    "3102",
];

/// Exports texts that look like formulas, in both forms, and lets `LibreOffice` open them, told to run what it takes for formulas.
///
/// # Panics
/// When it takes any for a formula, when a text is not a text, or when a negative amount is not a number.
pub async fn runs_nothing() -> String {
    let service = Service::new(Kind::Sqlite).await;
    let client = service.client();
    client.put("indicators/kurs", json!({ "name": "Kurs", "unit": "kr" })).await.succeeded();
    let texts: Vec<String> =
        BEGINNINGS.iter().flat_map(|beginning| ENDS.iter().map(move |end| format!("{beginning}{end}"))).collect();
    let row = |(number, text): (usize, &String)| {
        format!("kurs,0580,{}-{:02},T,-1.5,\"{}\"\n", 1990 + number / 12, number % 12 + 1, text.replace('"', "\"\""))
    };
    let rows: String = texts.iter().enumerate().map(row).collect();
    let csv = format!("indicator,organisation,period,sex,value,text\n{rows}");
    let request = client.request(Method::POST, "observations").header("Content-Type", "text/csv");
    client.send(request.body(csv)).await.succeeded();
    let directory = tempfile::tempdir().expect("a directory");
    for (form, reading) in [("text/csv", PLAIN), ("text/csv;variant=excel", SWEDISH)] {
        let saved = client.get_as("indicators/kurs/series", form).await;
        assert!(saved.status.is_success(), "{}", saved.body);
        let document = opened(directory.path(), "texts", &saved.body, reading);
        assert_eq!(formulas(&document), 0, "{form}");
        let cells = cells(&document);
        let at = |name: &str| cells[0].iter().position(|(_, text)| text == name).expect("a column");
        let (value, text) = (at("value"), at("text"));
        assert_eq!(cells.len(), texts.len() + 1, "{form}");
        for row in &cells[1..] {
            assert_eq!(row[value], ("float".to_owned(), "-1.5".to_owned()), "{form}: {row:?}");
            assert_eq!(row[text].0, "string", "{form}: {row:?}");
        }
    }
    // The same texts as they are would be run: the count can tell.
    let bare: Vec<String> = texts.iter().map(|text| format!("\"{}\"", text.replace('"', "\"\""))).collect();
    let run = formulas(&opened(directory.path(), "bare", &bare.join("\n"), PLAIN));
    assert!(run > 0, "nothing would be run anyhow");
    format!(
        "exports opened by LibreOffice: of {} texts like formulas 0 are run in either form ({run} of them as they are)",
        texts.len()
    )
}

/// How many cells a sheet computes.
fn formulas(document: &str) -> usize {
    document.matches("table:formula=").count()
}

/// How a file is read: by commas, in English; by semicolons, in Swedish. Both are `UTF-8`, tell numbers by themselves and run formulas.
const PLAIN: &str = "Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false,false,false,0,true";
const SWEDISH: &str = "Text - txt - csv (StarCalc):59,34,76,1,,1053,false,true,false,false,false,0,true";

/// Opens a text as a spreadsheet does, and saves it as a flat document, which tells numbers from texts and formulas.
fn opened(directory: &Path, name: &str, text: &str, reading: &str) -> String {
    let file = directory.join(format!("{name}.csv"));
    std::fs::write(&file, text).expect("a file");
    let output = program("libreoffice-calc-nogui", "soffice")
        .args(["--headless", "--norestore", &format!("--infilter={reading}")])
        .arg(format!("-env:UserInstallation=file://{}", directory.join("profile").display()))
        .args(["--convert-to", "fods", "--outdir"])
        .args([directory, &file])
        .env("HOME", directory)
        .output()
        .expect("LibreOffice");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    std::fs::read_to_string(directory.join(format!("{name}.fods"))).unwrap_or_else(|error| panic!("{error}: {said}"))
}

/// The cells of the sheet, row by row: `float` or `string`, and what they hold. Empty rows are left out.
fn cells(document: &str) -> Vec<Vec<(String, String)>> {
    let attribute = |tag: &str, name: &str| {
        tag.split_once(&format!("{name}=\""))
            .and_then(|(_, rest)| rest.split_once('"'))
            .map(|(value, _)| value.to_owned())
    };
    let rows = document.split("<table:table-row").skip(1).map(|row| {
        let row = row.split("</table:table-row>").next().unwrap_or_default();
        row.split("<table:table-cell")
            .skip(1)
            .filter_map(|cell| {
                let tag = cell.split('>').next().unwrap_or_default();
                let kind = attribute(tag, "office:value-type")?;
                let text = cell.split_once("<text:p>").and_then(|(_, rest)| rest.split_once("</text:p>"));
                let text = text.map(|(text, _)| text.to_owned()).unwrap_or_default();
                Some((kind, attribute(tag, "office:value").unwrap_or(text)))
            })
            .collect::<Vec<_>>()
    });
    rows.filter(|row| !row.is_empty()).collect()
}
