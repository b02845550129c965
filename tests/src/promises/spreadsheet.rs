//! A series saved for Excel is opened by `LibreOffice` in Swedish, with decimal commas, and holds the same numbers.

use super::service::Service;
use crate::database::Kind;
use crate::random::Random;
use reqwest::Method;
use serde_json::json;
use std::path::Path;
use std::process::Command;

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
    std::fs::write(directory.path().join("series.csv"), &saved.body).expect("a file");
    let document = opened(directory.path());
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

/// Opens the file as a Swede does (semicolons, `UTF-8`, decimal commas) and saves it as a flat document.
fn opened(directory: &Path) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project");
    let output = Command::new(root.join("scripts/with-libreoffice"))
        .args([
            "soffice",
            "--headless",
            "--norestore",
            "--infilter=Text - txt - csv (StarCalc):59,34,76,1,,1053,false,true",
        ])
        .arg(format!("-env:UserInstallation=file://{}", directory.join("profile").display()))
        .args(["--convert-to", "fods", "--outdir"])
        .args([directory, &directory.join("series.csv")])
        .env("HOME", directory)
        .output()
        .expect("LibreOffice");
    let said = String::from_utf8_lossy(&output.stderr).into_owned() + &String::from_utf8_lossy(&output.stdout);
    std::fs::read_to_string(directory.join("series.fods")).unwrap_or_else(|error| panic!("{error}: {said}"))
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
