//! The national REST API profile: the 54 requirements that its public linter (RAP-LP) judges, by their ids. A requirement that
//! judges nothing is not met, so each says how much it has seen.

mod about;
mod broken;
mod messages;
mod resources;

use crate::document::Document;

/// What a requirement has seen, and what does not meet it.
#[derive(Default)]
struct Judged {
    seen: usize,
    findings: Vec<String>,
}

impl Judged {
    fn check(&mut self, meets: bool, what: impl Into<String>) {
        self.seen += 1;
        if !meets {
            self.findings.push(what.into());
        }
    }
}

type Requirement = (&'static str, fn(&Document, &mut Judged));

const REQUIREMENTS: [Requirement; 54] = [
    ("DOK.01", about::external_docs),
    ("DOK.03", about::information),
    ("DOK.06", about::both_languages),
    ("DOK.07", about::description),
    ("DOK.08", about::service_level),
    ("DOK.09", about::limitations),
    ("DOK.11", about::description),
    ("DOK.15", messages::examples),
    ("DOK.17", about::newest_openapi),
    ("DOK.19", resources::operations_described),
    ("DOK.20", resources::responses_described),
    ("DOK.21", about::authentication_stated),
    ("DOT.02", messages::dates),
    ("DOT.04", messages::time_zones),
    ("RES.02", resources::no_personal_numbers),
    ("RES.06", resources::segments),
    ("UFN.01", about::server_form),
    ("UFN.02", about::server_port),
    ("UFN.05", resources::short_addresses),
    ("UFN.07", resources::address_characters),
    ("UFN.08", resources::hyphens),
    ("UFN.09", resources::no_underscores),
    ("MOG.01", resources::maturity_two),
    ("MOG.02", messages::maturity_three),
    ("SAK.01", about::server_https),
    ("SAK.09", about::no_basic),
    ("SAK.10", about::bearer),
    ("SAK.15", about::api_keys),
    ("SAK.16", about::api_keys),
    ("SAK.18", about::oauth),
    ("SAK.29", resources::unsupported_media_type),
    ("AME.01", messages::json_everywhere),
    ("AME.02", messages::json_requests),
    ("AME.04", messages::field_case),
    ("AME.05", messages::one_case),
    ("AME.07", messages::field_characters),
    ("ARQ.01", messages::json_requests),
    ("ARQ.03", resources::standard_headers),
    ("ARQ.05", resources::no_payload_in_headers),
    ("FEL.01", messages::problem_members),
    ("FEL.02", messages::problem_type),
    ("VER.05", about::server_version),
    ("VER.06", resources::api_info),
    ("FNS.01", resources::parameter_case),
    ("FNS.03", resources::parameter_first_letter),
    ("FNS.05", resources::parameters_optional),
    ("FNS.06", resources::parameter_characters),
    ("FNS.07", resources::limit_with_page),
    ("FNS.08", resources::page_from_one),
    ("FNS.09", resources::limit_twenty),
    ("SPA.02", resources::trace_in),
    ("SPA.04", resources::trace_out),
    ("SPA.07", resources::no_other_trace),
    ("FOR.02", resources::no_body_to_get),
];

/// There are no API keys and no OAuth flow yet, and the contract promises none; they are judged as soon as it does.
pub(super) const JUDGED_NOT_APPLICABLE: [&str; 2] = ["SAK.15", "SAK.16"];

/// The ids of what is judged.
pub(super) fn judged() -> impl Iterator<Item = &'static str> {
    REQUIREMENTS.iter().map(|(id, _)| *id)
}

#[test]
fn all_requirements_are_met() {
    let document = Document::new();
    let (mut met, mut not_applicable, mut findings) = (0, Vec::new(), Vec::new());
    for (id, judge) in REQUIREMENTS {
        let mut judged = Judged::default();
        judge(&document, &mut judged);
        match (judged.seen, judged.findings.is_empty()) {
            (0, _) => not_applicable.push(id),
            (_, true) => met += 1,
            (_, false) => findings.push(format!("{id}: {}", judged.findings.join("; "))),
        }
    }
    println!("REST API profile: {met} of 54 requirements met, {not_applicable:?} have nothing to judge");
    crate::document::none("the REST API profile", &findings);
    assert_eq!(not_applicable, JUDGED_NOT_APPLICABLE);
}
