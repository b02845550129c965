//! V5, V6, V7: odd bytes, bodies without end, and exports that a spreadsheet cannot run. (V4, JSON, is in `walk/bodies`.)

use super::abuse::raw;
use reqwest::Method;
use serde_json::json;
use std::time::{Duration, Instant};
use utfall_tests::app::MUNICIPALITY;
use utfall_tests::database::{Kind, TestDatabase};
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::served::Served;
use utfall_tests::tries::tries;

fn month(text: &[u8]) -> Vec<u8> {
    [b"account;unit;amount;text\n4551;3102;1;\"".as_slice(), text, b"\"\n"].concat()
}

on_both_stores! {
    async fn v5_odd_bytes_are_refused_and_good_texts_come_back(app) {
        let admin = code_plan(&app).await;
        let mut refused = 0;
        for bytes in [&b"\xff\xfea\x00"[..], b"a\0b", b"a\x01b", b"a\x1bb", b"a\x7fb", "\u{202e}".as_bytes(), "\u{2066}".as_bytes()] {
            let answer = admin.put_as("outcomes/2018-08/ledger", "text/csv", month(bytes)).await;
            assert!(matches!(answer.status.as_u16(), 400 | 422), "{bytes:?}: {}", answer.body);
            refused += 1;
        }
        for body in [&b"{\"projects\":[{\"code\":\"P1\",\"name\":\"\xff\"}]}"[..], br#"{"projects":[{"code":"P1","name":"\ud800"}]}"#,
                     br#"{"projects":[{"code":"P1","name":"\u0000"}]}"#, br#"{"projects":[{"code":"\u0000","name":"a"}]}"#,
                     b"\xef\xbb\xbf\xff", b"\xff\xfe{\x00}\x00", br#"{"projects":[{"code":"P1","name":"\u202e"}]}"#] {
            let answer = admin.put_as("projects", "application/json", body.to_vec()).await;
            assert!(matches!(answer.status.as_u16(), 400 | 422), "{}: {}", String::from_utf8_lossy(body), answer.body);
            refused += 1;
        }
        for path in ["%00", "%FF", "a%00b", "%ED%A0%80"] {
            admin.get(&format!("goals/{path}")).await.refused(404);
            refused += 1;
        }
        // å, ä and ö as Windows and as DOS wrote them are read for what they are, and never kept as something else.
        let texts = ["Vård åt äldre på ön", "é 🎓 <b>'; DROP TABLE entry; --", "a,b;c", "=1+1", "日本", "İı ẞß"];
        let mut kept = 0;
        let latin = texts[0].chars().map(|c| u8::try_from(u32::from(c)).expect("Latin-1")).collect::<Vec<u8>>();
        let dos: Vec<u8> = texts[0].chars().map(|c| match c { 'å' => 0x86, 'ä' => 0x84, 'ö' => 0x94, c => c as u8 }).collect();
        let written = texts.iter().map(|text| (*text, text.as_bytes().to_vec())).chain([(texts[0], latin), (texts[0], dos)]);
        for (text, bytes) in written {
            admin.put_as("outcomes/2018-08/ledger", "text/csv", month(&bytes)).await.succeeded();
            assert_eq!(admin.get("outcomes/2018-08/ledger").await.succeeded()["entries"][0]["text"], text);
            let named = json!({ "projects": [{ "code": "P1", "name": text }] });
            if admin.put("projects", named).await.status.is_success() {
                assert_eq!(admin.get("projects").await.succeeded()["projects"][0]["name"], text);
            }
            kept += 1;
        }
        println!("V5, {:?}: {refused} odd texts refused, 0 of them by 5xx; {kept} good ones equal out", app.kind);
    }

    async fn v7_exports_are_inert(app) {
        let admin = code_plan(&app).await;
        let dangerous = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "＝1", "＋1", "－1", "＠1", "=HYPERLINK(\"http://x\")"];
        let row = |text: &&str| format!("4551;3102;-1,50;\"{}\"\n", text.replace('"', "\"\""));
        let rows = dangerous.iter().map(row).collect::<Vec<_>>().concat();
        let loaded = admin.put_csv("outcomes/2018-08/ledger", format!("account;unit;amount;text\n{rows}")).await;
        let texts = if loaded.status.is_success() { dangerous.len() } else {
            // A tab is a control character and is refused as a text.
            let rows = rows.replace("\"\t=1\"", "\"x\"");
            admin.put_csv("outcomes/2018-08/ledger", format!("account;unit;amount;text\n{rows}")).await.succeeded();
            dangerous.len() - 1
        };
        let mut cells = 0;
        for variant in ["text/csv", "text/csv;variant=excel"] {
            let out = admin.get_as("outcomes/2018-08/ledger", variant).await;
            let delimiter = if variant.contains("excel") { b';' } else { b',' };
            let body = out.body.trim_start_matches('\u{feff}').to_owned();
            for record in body.lines().skip(1) {
                for cell in record.split(char::from(delimiter)).map(|cell| cell.trim_matches('"')) {
                    let is_number = cell.trim_start_matches('-').replace(',', ".").parse::<f64>().is_ok() && cell.contains('1');
                    let runs = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠']);
                    assert!(!runs || is_number, "{variant}: {cell:?}");
                    cells += 1;
                }
            }
            assert!(body.contains(if variant.contains("excel") { "-1,5" } else { "-1.5" }), "a negative number stays one: {body}");
        }
        println!("V7, {:?}: {texts} texts like formulas in {cells} cells: 0 that a spreadsheet runs; negative numbers still numbers", app.kind);
    }
}

#[tokio::test]
async fn v6_depth_and_size_are_bounded() {
    let database = TestDatabase::empty(Kind::Sqlite).await;
    let served = Served::start(&database);
    served.client(&database, &["--role", "platform-admin"]).put("", json!({ "name": "Linköping" })).await.succeeded();
    let admin = served.client(&database, &["--role", "admin", "--municipality", MUNICIPALITY]);
    let committees = json!({ "committees": [{ "code": "SN", "name": "Socialnämnden" }] });
    admin.put("committees", committees).await.succeeded();
    let authorization = admin.request(Method::GET, "").build().expect("a request").headers()["authorization"].clone();
    let mut slowest = Duration::ZERO;
    let levels = "[".repeat(10_000);
    let keys: Vec<String> = (0..100_000).map(|key| format!("\"k{key}\":1")).collect();
    let (rounds, before) = (tries(2, 20), served.memory());
    for _ in 0..rounds {
        for (body, statuses) in [
            (format!("{{\"rules\":{levels}"), [400, 400]),
            (format!("{{{}}}", keys.join(",")), [400, 413]),
            (format!("{{\"name\":\"{}\"}}", "x".repeat(2 << 20)), [413, 413]),
        ] {
            let began = Instant::now();
            let answer = admin.put_as("deviation-policies/SN", "application/json", body).await;
            assert!(statuses.contains(&answer.status.as_u16()), "{}", answer.body);
            slowest = slowest.max(began.elapsed());
        }
        // 12 MB in chunks, whose length nobody has told.
        let began = Instant::now();
        let head = format!(
            "PUT /utfall/v1/municipalities/{MUNICIPALITY}/deviation-policies/SN HTTP/1.1\r\nHost: x\r\nAuthorization: {}\r\n\
             Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
            authorization.to_str().expect("a token")
        );
        let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 1 << 20], b"\r\n"].concat();
        let answer = raw(served.address, &[head.as_bytes(), &chunk.repeat(12)].concat()).await;
        // A service that has answered does not read on, which a client may see as a broken connection.
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
        slowest = slowest.max(began.elapsed());
        let packed = admin
            .request(Method::PUT, "deviation-policies/SN")
            .header("Content-Type", "application/json")
            .header("Content-Encoding", "gzip");
        admin.send(packed.body(vec![0x1f; 1000])).await.refused(415);
    }
    admin.get("committees").await.succeeded();
    let grown = served.peak() - before;
    assert!(grown <= 20.0, "{grown:.0} MiB more at the peak");
    println!(
        "V6: {rounds} rounds of depth, keys, size, chunks and packed bodies: 400, 413 or 415; the slowest {slowest:.1?}; {grown:.1} MiB more at the peak"
    );
}
