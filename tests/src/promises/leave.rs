//! A client that leaves in the midst of its request changes nothing or delivers whole, and holds nothing up.

use super::service::Service;
use super::{Delivery, oracle};
use crate::app::MUNICIPALITY;
use crate::client::Client;
use crate::database::Kind;
use crate::random::Random;
use std::io::Write as _;
use std::net::TcpStream;
use std::time::{Duration, Instant};

/// The rows of a delivery.
const ROWS: usize = 500;
/// How soon the service must answer others after a client has left.
const IDLE: Duration = Duration::from_secs(2);

/// Leaves at seeded moments: in the midst of the body, or some milliseconds after its end.
///
/// # Panics
/// When something is half there, or when others have to wait.
pub async fn leaving_is_whole_or_nothing(kind: Kind, rounds: u64, seed: u64) -> String {
    let service = Service::new(kind).await;
    let client = service.client();
    let authorization = authorization(&client);
    let mut random = Random::new(seed);
    let (mut left, mut slowest) = (Vec::new(), Duration::ZERO);
    for round in 0..rounds {
        let delivery = Delivery::made(random.next(), ROWS, round % 12 + 1, &format!("source-{}", round / 12));
        let complete = random.one_in(2);
        let bytes = delivery.csv.as_bytes();
        let sent =
            if complete { bytes.len() } else { usize::try_from(random.below(bytes.len() as u64)).expect("a size") };
        let head = format!(
            "PUT /utfall/v1/municipalities/{MUNICIPALITY}/{} HTTP/1.1\r\nHost: utfall.test\r\nContent-Type: text/csv\r\n\
             Authorization: {authorization}\r\nContent-Length: {}\r\n\r\n",
            delivery.path,
            bytes.len(),
        );
        let mut stream = TcpStream::connect(service.served().address).expect("a connection");
        stream
            .write_all(head.as_bytes())
            .and_then(|()| stream.write_all(&bytes[..sent]))
            .expect("a service that reads");
        tokio::time::sleep(Duration::from_millis(random.below(60))).await;
        drop(stream);
        let began = Instant::now();
        client.get("committees").await.succeeded();
        slowest = slowest.max(began.elapsed());
        left.push((delivery, complete));
    }
    assert!(slowest < IDLE, "{kind:?}: others waited {slowest:?}");
    let (mut whole, mut nothing) = (0, 0);
    for (delivery, complete) in left {
        let receipt = delivery.deliver(&client).await;
        assert_eq!(receipt.revision, 1, "{}: once, whoever left", delivery.path);
        assert!(complete || !receipt.unchanged, "{}: half a body is no delivery", delivery.path);
        if receipt.unchanged {
            whole += 1;
        } else {
            nothing += 1;
        }
    }
    let postings = oracle::check(&service.database, kind).await;
    assert_eq!(postings, rounds);
    format!(
        "a client that leaves {rounds} times, seed {seed}: {whole} deliveries whole, {nothing} not there, 0 half there; others \
         answered within {} ms",
        slowest.as_millis()
    )
}

/// The header that the client sends.
fn authorization(client: &Client) -> String {
    let request = client.request(reqwest::Method::PUT, "").build().expect("a request");
    request.headers()["authorization"].to_str().expect("a token").to_owned()
}
