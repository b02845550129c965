//! R1, R4, R5, R6: slow clients, panics, broken framing, pages without end.

use actix_web::{HttpServer, web};
use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use utfall_domain::permission::Role;
use utfall_tests::app::{MUNICIPALITY, TestApp};
use utfall_tests::client::Client;
use utfall_tests::database::Kind;
use utfall_tests::on_both_stores;
use utfall_tests::scenario::code_plan;
use utfall_tests::tries::tries;

/// Sends bytes, and gives what comes back until the service closes the connection.
pub(super) async fn raw(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    // A service that has answered may close before all is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ =
        tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await.expect("an end in time");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Keeps sending a byte every so often, and gives how long the service bore it.
async fn dripping(address: SocketAddr, head: String) -> Duration {
    let began = Instant::now();
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(head.as_bytes()).await.expect("a beginning");
    let mut answer = [0; 64];
    loop {
        if let Ok(read) = tokio::time::timeout(Duration::from_millis(500), stream.read(&mut answer)).await {
            if read.is_err() || read.is_ok_and(|count| count == 0) {
                return began.elapsed();
            }
        } else if stream.write_all(b"x").await.is_err() {
            return began.elapsed();
        }
        assert!(began.elapsed() < Duration::from_mins(1), "a slow client is borne without end");
    }
}

#[tokio::test]
async fn r1_slow_heads_and_slow_bodies_are_cut_and_others_served() {
    let app = TestApp::start(Kind::Sqlite).await;
    let admin = code_plan(&app).await;
    let token = app.token(Role::Admin, MUNICIPALITY, &[]).await;
    let slow = tries(20, 500);
    let heads =
        (0..slow).map(|_| dripping(app.address, "GET /utfall/v1/api-info HTTP/1.1\r\nHost: x\r\nX-Slow: ".into()));
    let bodies = (0..slow).map(|_| {
        let head = format!(
            "PUT /utfall/v1/municipalities/{MUNICIPALITY}/committees HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nContent-Length: 100000\r\n\r\n{{"
        );
        dripping(app.address, head)
    });
    let (heads, bodies) = (futures_util::future::join_all(heads), futures_util::future::join_all(bodies));
    let good = async {
        let mut served = 0;
        for _ in 0..40 {
            admin.get("committees").await.succeeded();
            served += 1;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        served
    };
    let (heads, bodies, served) = tokio::join!(heads, bodies, good);
    let longest = |times: &[Duration]| times.iter().max().copied().unwrap_or_default();
    assert!(longest(&heads) < Duration::from_secs(10), "{:?}", longest(&heads));
    assert!(longest(&bodies) < Duration::from_secs(35), "{:?}", longest(&bodies));
    println!(
        "R1: {slow} slow heads cut within {:.1?}, {slow} slow bodies within {:.1?}, {served} of 40 others served meanwhile",
        longest(&heads),
        longest(&bodies)
    );
}

/// The service with one route more, which panics.
fn with_a_fault(app: &TestApp) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (address, state) = (listener.local_addr().expect("an address"), app.state.clone());
    std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let whole = move || {
                let fault = async || -> String { panic!("a secret that no answer holds") };
                utfall_api::app::app(state.clone(), utfall_api::app::open()).route("/fault", web::get().to(fault))
            };
            HttpServer::new(whole).workers(1).listen(listener).expect("a server").run().await.expect("an end");
        });
    });
    address
}

on_both_stores! {
    async fn r4_a_panic_is_one_requests(app) {
        code_plan(&app).await;
        let address = with_a_fault(&app);
        let token = app.token(Role::Admin, MUNICIPALITY, &[]).await;
        let client = Client::with_token(address, MUNICIPALITY, &token);
        let count = tries(50, 1000);
        for _ in 0..count {
            let answer = client.get("/fault").await;
            let problem = answer.refused(500);
            assert_eq!(problem["instance"], "/fault");
            assert!(!answer.body.contains("secret") && !answer.header("traceparent").is_empty());
            assert_eq!(answer.header("x-content-type-options"), "nosniff");
        }
        client.get("committees").await.succeeded();
        println!("R4, {:?}: {count} panics, each a 500 without detail; the next call is served", app.kind);
    }
}

#[tokio::test]
async fn r5_broken_framing_is_refused() {
    let app = TestApp::start(Kind::Sqlite).await;
    let admin = code_plan(&app).await;
    let token = app.token(Role::Admin, MUNICIPALITY, &[]).await;
    let before = admin.get("").await.succeeded()["dataVersion"].clone();
    let body = r#"{"committees":[]}"#;
    let put = |headers: &str, body: &str| {
        format!(
            "PUT /utfall/v1/municipalities/{MUNICIPALITY}/committees HTTP/1.1\r\nAuthorization: Bearer {token}\r\n\
             Content-Type: application/json\r\nConnection: close\r\n{headers}\r\n\r\n{body}"
        )
    };
    let length = body.len();
    let calls = [
        ("two lengths", put(&format!("Host: x\r\nContent-Length: {length}\r\nContent-Length: 3"), body)),
        ("a list of lengths", put(&format!("Host: x\r\nContent-Length: {length}, 3"), body)),
        (
            "a length and chunks",
            put(&format!("Host: x\r\nContent-Length: {length}\r\nTransfer-Encoding: chunked"), "0\r\n\r\n"),
        ),
        ("a negative length", put("Host: x\r\nContent-Length: -1", body)),
        ("a length with a sign", put(&format!("Host: x\r\nContent-Length: +{length}"), body)),
        ("a chunk without a size", put("Host: x\r\nTransfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n")),
        ("chunks twice", put("Host: x\r\nTransfer-Encoding: chunked, chunked", "0\r\n\r\n")),
        ("an unknown coding", put("Host: x\r\nTransfer-Encoding: nonsense", body)),
        ("a header of 200 kB", put(&format!("Host: x\r\nX-Long: {}", "x".repeat(200_000)), body)),
        ("a bare line feed in a name", put("Host: x\r\nX-A\n: b", body)),
        ("no request line", "\r\n\r\nnonsense\r\n\r\n".to_owned()),
        ("no host", put("X-No: host", body).replace("X-No: host", &format!("Content-Length: {length}"))),
        ("another protocol", "GET / HTTP/9.9\r\nHost: x\r\n\r\n".to_owned()),
    ];
    for (why, call) in &calls {
        let answer = raw(app.address, call.as_bytes()).await;
        let status = answer.split(' ').nth(1).unwrap_or("closed").to_owned();
        assert!(
            matches!(status.as_str(), "closed" | "400" | "408" | "413" | "415" | "422" | "431" | "501" | "505"),
            "{why}: {answer}"
        );
    }
    assert_eq!(admin.get("").await.succeeded()["dataVersion"], before);
    println!("R5: {} calls of broken framing: refused or closed, 0 processed", calls.len());
}

on_both_stores! {
    async fn r6_pages_are_bounded(app) {
        let admin = code_plan(&app).await;
        for query in ["limit=1000000000", "limit=9223372036854775807", "limit=18446744073709551616", "limit=-1", "page=-1",
                      "page=9223372036854775807", "page=abc", "limit=1e3", "page=1&page=2", "cursor=abc"] {
            admin.get(&format!("committees?{query}")).await.refused(400);
        }
        let deep = tries(20, 500);
        for page in (1..=deep).map(|step| step * 1_000_000 / deep) {
            let empty = admin.get(&format!("committees?page={}&limit=1000", page.max(2))).await.succeeded();
            assert_eq!(empty["committees"].as_array().map(Vec::len), Some(0));
        }
        println!("R6, {:?}: 10 pages out of bounds: 400; {deep} deep ones: empty", app.kind);
    }
}
