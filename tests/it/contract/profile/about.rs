//! What the document says of itself: documentation, servers, security.

use super::Judged;
use crate::document::{Document, members};
use serde_json::Value;

fn is_said(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

fn each_said(judged: &mut Judged, at: &Value, place: &str, names: &[&str]) {
    for name in names {
        judged.check(is_said(&at[*name]), format!("{place}.{name}"));
    }
}

pub(super) fn external_docs(Document(document): &Document, judged: &mut Judged) {
    each_said(judged, &document["externalDocs"], "externalDocs", &["description", "url"]);
}

pub(super) fn information(Document(document): &Document, judged: &mut Judged) {
    let info = &document["info"];
    each_said(judged, info, "info", &["version", "title", "description", "termsOfService"]);
    each_said(judged, &info["contact"], "contact", &["name", "url", "email"]);
    each_said(judged, &info["license"], "license", &["name", "url"]);
    judged.check(info["license"]["identifier"].is_null(), "license.identifier beside url");
}

pub(super) fn both_languages(Document(document): &Document, judged: &mut Judged) {
    let text = document["info"]["description"].as_str().unwrap_or_default().to_lowercase();
    let has = |list: &[&str]| text.split(|c: char| !c.is_alphabetic()).any(|word| list.contains(&word));
    judged.check(has(&["and", "to", "the", "is", "request"]), "no English");
    judged.check(has(&["och", "att", "i", "det", "som", "är", "för"]), "no Swedish");
}

pub(super) fn description(Document(document): &Document, judged: &mut Judged) {
    each_said(judged, &document["info"], "info", &["description"]);
}

/// Any one of the three would do; all are there.
pub(super) fn service_level(Document(document): &Document, judged: &mut Judged) {
    each_said(judged, &document["info"], "info", &["termsOfService"]);
    each_said(judged, &document["info"]["x-sla"], "x-sla", &["availability", "responseTime", "support"]);
    let docs = document["externalDocs"]["description"].as_str().unwrap_or_default().to_lowercase();
    judged.check(docs.contains("sla") || docs.contains("service level agreement"), "externalDocs names no SLA");
}

pub(super) fn limitations(Document(document): &Document, judged: &mut Judged) {
    let limitations = document["info"]["x-limitations"].as_array();
    judged.check(limitations.is_some_and(|list| !list.is_empty() && list.iter().all(is_said)), "x-limitations");
}

pub(super) fn newest_openapi(Document(document): &Document, judged: &mut Judged) {
    let version = document["openapi"].as_str().unwrap_or_default();
    let numbers: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    judged.check(matches!(numbers[..], [major, _, _] if major >= 3) && document["swagger"].is_null(), version);
}

pub(super) fn authentication_stated(Document(document): &Document, judged: &mut Judged) {
    judged.check(document["security"].is_array(), "no security at the root");
}

/// The servers with each variable's default in its place.
fn servers(Document(document): &Document) -> Vec<String> {
    let servers = document["servers"].as_array().into_iter().flatten();
    let url = |server: &Value| {
        members(&server["variables"]).fold(
            server["url"].as_str().unwrap_or_default().to_owned(),
            |url, (name, variable)| {
                url.replace(&format!("{{{name}}}"), variable["default"].as_str().unwrap_or_default())
            },
        )
    };
    servers.map(url).collect()
}

pub(super) fn server_form(document: &Document, judged: &mut Judged) {
    for url in servers(document) {
        let parts: Vec<&str> = url.trim_end_matches('/').split('/').collect();
        let fits = matches!(parts[..], [scheme, "", host, api, version]
            if scheme.ends_with(':') && !host.is_empty() && !api.is_empty() && is_version(version));
        judged.check(fits, url);
    }
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix('v').is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

pub(super) fn server_port(document: &Document, judged: &mut Judged) {
    for url in servers(document) {
        let authority = url.split('/').nth(2).unwrap_or_default().to_owned();
        let port = authority.split_once(':').map(|(_, port)| port.to_owned());
        judged.check(url.starts_with("https:") && port.is_none_or(|port| port == "443"), url);
    }
}

pub(super) fn server_https(document: &Document, judged: &mut Judged) {
    for url in servers(document) {
        judged.check(url.starts_with("https://"), url);
    }
}

pub(super) fn server_version(document: &Document, judged: &mut Judged) {
    for url in servers(document) {
        judged.check(url.split('/').any(is_version), url);
    }
}

fn schemes(Document(document): &Document) -> impl Iterator<Item = (&str, &Value)> {
    members(&document["components"]["securitySchemes"])
}

pub(super) fn no_basic(document: &Document, judged: &mut Judged) {
    for (name, scheme) in schemes(document) {
        let word = scheme["scheme"].as_str().unwrap_or_default();
        judged.check(!word.contains("basic") && !word.contains("digest"), name);
    }
}

pub(super) fn bearer(document: &Document, judged: &mut Judged) {
    for (name, scheme) in schemes(document).filter(|(_, scheme)| !scheme["scheme"].is_null()) {
        judged.check(scheme["scheme"] == "bearer" && scheme["type"] == "http", name);
    }
}

pub(super) fn api_keys(document: &Document, judged: &mut Judged) {
    for (name, scheme) in schemes(document).filter(|(_, scheme)| scheme["type"] == "apiKey") {
        judged.check(scheme["in"] == "header", name);
    }
}

pub(super) fn oauth(document: &Document, judged: &mut Judged) {
    for (name, scheme) in schemes(document).filter(|(_, scheme)| scheme["type"] == "oauth2") {
        judged.check(!scheme["flows"].to_string().contains("\"http:"), name);
    }
}
