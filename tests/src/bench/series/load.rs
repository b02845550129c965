//! Clients that ask over keep-alive, one request after the other, as fast as they are answered.

use super::CLIENTS;
use super::data::Place;
use crate::random::Random;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// What was measured: requests a second and the 99th percentile.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// Requests a second.
    pub speed: f64,
    /// The one in the middle, in milliseconds.
    pub middle: f64,
    /// The slowest but one in a hundred, in milliseconds.
    pub slowest: f64,
}

impl Measured {
    fn of(mut micros: Vec<u32>, took: Duration) -> Self {
        micros.sort_unstable();
        let count = f64::from(u32::try_from(micros.len()).unwrap_or(u32::MAX));
        let (middle, slowest) = percentiles(&micros);
        Self { speed: count / took.as_secs_f64(), middle, slowest }
    }

    /// The round in the middle, by speed.
    pub fn median(rounds: &[Self]) -> Self {
        let mut sorted = rounds.to_vec();
        sorted.sort_by(|a, b| a.speed.total_cmp(&b.speed));
        sorted[sorted.len() / 2]
    }

    /// Prints a line; says whether the bar, a share of another speed, holds.
    pub fn show(&self, name: &str, bar: Option<(&Self, f64)>) -> bool {
        print!("  {name:<40} {:>8.0} requests/s, p99 {:>6.2} ms", self.speed, self.slowest);
        let Some((of, least)) = bar else {
            println!();
            return true;
        };
        let ratio = self.speed / of.speed;
        println!(
            "  {ratio:.2} of the speed, {:.2} of the p99 (bar {least:.1}: {})",
            self.slowest / of.slowest,
            if ratio >= least { "held" } else { "MISSED" }
        );
        ratio >= least
    }
}

/// The median and the 99th percentile of sorted microseconds, in milliseconds.
pub fn percentiles(sorted: &[u32]) -> (f64, f64) {
    let at = |hundredths: usize| {
        f64::from(sorted.get(sorted.len() * hundredths / 100).copied().unwrap_or_default()) / 1000.0
    };
    (at(50), at(99))
}

/// Who drives, and for how long.
#[derive(Debug, Clone)]
pub struct Drive {
    token: String,
    lasting: Duration,
    clients: usize,
}

impl Drive {
    /// With a token, each measurement lasting so long.
    pub fn new(token: &str, lasting: Duration) -> Self {
        Self { token: token.into(), lasting, clients: CLIENTS }
    }

    /// The same, with so many clients.
    pub fn clients(&self, clients: usize) -> Self {
        Self { clients, ..self.clone() }
    }

    /// Paths that each client makes for itself.
    pub async fn paths<N>(&self, address: SocketAddr, next: impl Fn(usize) -> N) -> Measured
    where
        N: FnMut(&mut Random) -> Option<String> + Send + 'static,
    {
        self.drive(address, next).await
    }

    /// The same, lasting otherwise.
    pub fn lasting(&self, lasting: Duration) -> Self {
        Self { lasting, ..self.clone() }
    }

    /// The constant handler, over and over.
    pub async fn constant(&self, address: SocketAddr) -> Measured {
        self.drive(address, |_| |_: &mut Random| Some("/".to_owned())).await
    }

    /// Series at random.
    pub async fn at_random(&self, address: SocketAddr, places: &[Place], seed: u64) -> Measured {
        let paths: Arc<Vec<String>> = Arc::new(places.iter().map(|place| place.path()).collect());
        let next = |_| {
            let paths = Arc::clone(&paths);
            move |random: &mut Random| {
                let at = usize::try_from(random.next() ^ seed).unwrap_or_default() % paths.len();
                Some(paths[at].clone())
            }
        };
        self.drive(address, next).await
    }

    /// Each series once, until the time is over.
    pub async fn in_turn(&self, address: SocketAddr, places: &[Place]) -> Measured {
        let asked = places.len();
        let places: Arc<Vec<Place>> = Arc::new(places.to_vec());
        let turn = Arc::new(AtomicUsize::new(0));
        let next = |_| {
            let (places, turn) = (Arc::clone(&places), Arc::clone(&turn));
            move |_: &mut Random| places.get(turn.fetch_add(1, Ordering::Relaxed)).map(|place| place.path())
        };
        let measured = self.drive(address, next).await;
        assert!(turn.load(Ordering::Relaxed) < asked, "there are too few series for so many seconds");
        measured
    }

    /// Each series once.
    pub async fn each_once(&self, address: SocketAddr, places: &[Place]) {
        let places: Arc<Vec<Place>> = Arc::new(places.to_vec());
        let turn = Arc::new(AtomicUsize::new(0));
        let next = |_| {
            let (places, turn) = (Arc::clone(&places), Arc::clone(&turn));
            move |_: &mut Random| places.get(turn.fetch_add(1, Ordering::Relaxed)).map(|place| place.path())
        };
        self.lasting(Duration::from_mins(10)).drive(address, next).await;
    }

    async fn drive<N>(&self, address: SocketAddr, next: impl Fn(usize) -> N) -> Measured
    where
        N: FnMut(&mut Random) -> Option<String> + Send + 'static,
    {
        let began = Instant::now();
        let until = began + self.lasting;
        let mut clients = JoinSet::new();
        for number in 0..self.clients {
            let mut next = next(number);
            let end = format!(
                " HTTP/1.1\r\nHost: bench\r\nAccept: application/json\r\nAuthorization: Bearer {}\r\n\r\n",
                self.token
            );
            clients.spawn(async move {
                let mut random = Random::new(number as u64 + 1);
                let mut connection = Connection::open(address).await;
                let mut micros = Vec::with_capacity(100_000);
                while Instant::now() < until {
                    let Some(path) = next(&mut random) else { break };
                    let began = Instant::now();
                    connection.ask(&path, &end).await;
                    micros.push(u32::try_from(began.elapsed().as_micros()).unwrap_or(u32::MAX));
                }
                micros
            });
        }
        let micros: Vec<u32> = clients.join_all().await.concat();
        Measured::of(micros, began.elapsed())
    }
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.expect("a connection");
        stream.set_nodelay(true).expect("a connection without delay");
        Self { stream, buffer: Vec::with_capacity(16 << 10) }
    }

    /// Asks, and reads the answer to its end.
    async fn ask(&mut self, path: &str, end: &str) {
        self.buffer.clear();
        self.buffer.extend_from_slice(b"GET ");
        self.buffer.extend_from_slice(path.as_bytes());
        self.buffer.extend_from_slice(end.as_bytes());
        self.stream.write_all(&self.buffer).await.expect("a request sent");
        self.buffer.clear();
        let mut needed = None;
        while needed.is_none_or(|needed| self.buffer.len() < needed) {
            let read = self.stream.read_buf(&mut self.buffer).await.expect("an answer");
            assert!(read > 0, "the connection was closed: {}", String::from_utf8_lossy(&self.buffer));
            if needed.is_none()
                && let Some(head) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n")
            {
                needed = Some(head + 4 + self.length(head));
            }
        }
        assert!(self.buffer.starts_with(b"HTTP/1.1 200"), "{path}: {}", String::from_utf8_lossy(&self.buffer));
    }

    fn length(&self, head: usize) -> usize {
        let head = std::str::from_utf8(&self.buffer[..head]).expect("a head").to_ascii_lowercase();
        let length = head.split("\r\n").find_map(|line| line.strip_prefix("content-length:")).expect("a length");
        length.trim().parse().expect("a number")
    }
}
