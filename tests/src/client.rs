//! A client: a token, a municipality, and what came back.

use reqwest::header::HeaderMap;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};

static KEYS: AtomicU64 = AtomicU64::new(1);

/// Calls the service for one municipality with one token.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
    address: SocketAddr,
    municipality: String,
    token: Option<String>,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body.
    pub body: String,
}

impl Client {
    pub(crate) fn new(address: SocketAddr, municipality: &str, token: Option<&str>) -> Self {
        // All is plain HTTP here, and reading the system's certificates for each client would take longer than most tests' calls.
        let http = reqwest::Client::builder().tls_built_in_root_certs(false).build().expect("a client");
        Self { http, address, municipality: municipality.into(), token: token.map(str::to_owned) }
    }

    /// A client of a service that runs elsewhere.
    pub fn with_token(address: SocketAddr, municipality: &str, token: &str) -> Self {
        Self::new(address, municipality, Some(token))
    }

    /// The address of a path: under the municipality, or of the whole service when it begins with a slash.
    pub fn url(&self, path: &str) -> String {
        let base = format!("http://{}", self.address);
        match path {
            "" => format!("{base}/utfall/v1/municipalities/{}", self.municipality),
            path if path.starts_with('/') => format!("{base}{path}"),
            path => format!("{base}/utfall/v1/municipalities/{}/{path}", self.municipality),
        }
    }

    /// A request to be finished.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        // Each call that creates has a key of its own; `post_once` is told its key.
        let key = (method == Method::POST).then(|| format!("test-{}", KEYS.fetch_add(1, Ordering::Relaxed)));
        let request = self.http.request(method, self.url(path));
        let request = match key {
            Some(key) => request.header("Idempotency-Key", key),
            None => request,
        };
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends a request.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: response.text().await.expect("a body") }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// Reads as another media type.
    pub async fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.send(self.request(Method::GET, path).header("Accept", accept)).await
    }

    /// Puts JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.put_as(path, "application/json", body.to_string()).await
    }

    /// Puts CSV.
    pub async fn put_csv(&self, path: &str, body: impl Into<String>) -> Answer {
        self.put_as(path, "text/csv", body.into()).await
    }

    /// Puts bytes of a media type.
    pub async fn put_as(&self, path: &str, content_type: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = self.request(Method::PUT, path).header("Content-Type", content_type).body(body.into());
        self.send(request).await
    }

    /// Puts JSON on top of a version.
    pub async fn put_if(&self, path: &str, etag: &str, body: Value) -> Answer {
        let request = self.request(Method::PUT, path).header("If-Match", etag).json(&body);
        self.send(request).await
    }

    /// Posts JSON with an idempotency key, or without one.
    pub async fn post_once(&self, path: &str, key: Option<&str>, body: impl Into<String>) -> Answer {
        let mut request = self.request(Method::POST, path).build().expect("a request");
        request.headers_mut().remove("idempotency-key");
        if let Some(key) = key {
            request.headers_mut().insert("idempotency-key", key.parse().expect("a header"));
        }
        request.headers_mut().insert("content-type", "application/json".parse().expect("a header"));
        *request.body_mut() = Some(body.into().into());
        let response = self.http.execute(request).await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, body: response.text().await.expect("a body") }
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.request(Method::POST, path).json(&body)).await
    }
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// A header.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body as JSON of an answer that succeeded.
    #[track_caller]
    pub fn succeeded(&self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        self.json()
    }

    /// The problem of an answer that refused with a status: its type's last word, and the document.
    #[track_caller]
    pub fn refused(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        for member in ["type", "title", "status", "detail", "instance"] {
            assert!(!problem[member].is_null(), "{member} is missing: {problem}");
        }
        assert_eq!(problem["status"], status);
        problem
    }
}
