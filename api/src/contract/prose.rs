//! The contract's words that belong to no single operation, in Swedish and English.

use serde_json::{Value, json};

pub(super) fn info() -> Value {
    json!({
        "title": "Utfall",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Kommunala nämnders utfall, budget, prognos och avvikelser. Outcomes, budgets, forecasts and deviations of municipal committees.",
        "description": "\
    Utfall tar emot nämndernas månadsutfall, budget och prognoser, exakt på öret, och svarar med sammanställningar och \
    avvikelser. En månad skickas i ett anrop och kan skickas om; varje leverans blir en revision, inget skrivs över och allt kan \
    läsas som det var vid en viss tidpunkt (`asOf`). Belopp i huvudboken är debet-positiva: kostnader är positiva, intäkter \
    negativa. En avvikelse är positiv när den är gynnsam. Begränsningar och kända problem står i `x-limitations`.\n\n\
    Utfall takes in the committees' monthly outcomes, budgets and forecasts, exact to the öre, and answers with summaries and \
    deviation cases. A month is one call and is safe to repeat; every delivery becomes a revision, nothing is overwritten and \
    everything can be read as it was at a moment (`asOf`). Amounts of the ledger are debit positive: costs are positive and \
    revenues negative. A deviation is positive when it is favourable. Amounts are exact JSON numbers of at most 13 digits before \
    and 2 after the decimal point: read them as decimals where your language has them. Every error is `application/problem+json` \
    and lists every faulty row. Changing what exists takes `If-Match` with the `ETag` that was read (428 without, 412 when it is \
    another); postings and whole lists take it without asking for it. Known problems and limitations are listed in `x-limitations`.",
        "termsOfService": "https://utfall.example/anvandarvillkor",
        "contact": { "name": "Utfall", "url": "https://utfall.example/kontakt", "email": "utfall@utfall.example" },
        "license": { "name": "EUPL-1.2", "url": "https://interoperable-europe.ec.europa.eu/collection/eupl/eupl-text-eupl-12" },
        "x-sla": {
            "availability": "Bestäms av den som driver tjänsten. Set by the operator.",
            "responseTime": "Sammanställningar under 500 ms i medeltal. Summaries under 500 ms on average.",
            "support": "Bestäms av den som driver tjänsten. Set by the operator."
        },
        "x-limitations": [
            "En leverans är högst 64 MiB och 500 000 rader. A delivery is at most 64 MiB and 500,000 rows.",
            "En sida är högst 1 000 poster; kodlistor högst 10 000. A page holds at most 1,000 records; code lists 10,000.",
            "Räkenskapsåret är kalenderåret. The fiscal year is the calendar year.",
            "Komprimerade anrop läses inte. Compressed request bodies are not read."
        ]
    })
}

pub(super) fn external_docs() -> Value {
    json!({
        "description": "Dokumentation och servicenivå (SLA). Documentation and service level (SLA).",
        "url": "https://utfall.example/dokumentation"
    })
}

pub(super) fn servers() -> Value {
    json!([{
        "url": "https://{host}/utfall/v1",
        "description": "Tjänsten. The service.",
        "variables": { "host": { "default": "utfall.example", "description": "Värden som kommunen driver. The host that the municipality runs." } }
    }])
}

pub(super) fn tags() -> Value {
    let tag = |name: &str, description: &str| json!({ "name": name, "description": description });
    json!([
        tag("About", "Om tjänsten. About the service."),
        tag("Organisation", "Kommuner och nämnder. Municipalities and committees."),
        tag(
            "Code plan",
            "Kodplanens åtta koddelar och periodiseringsprofiler. The eight code parts and period profiles."
        ),
        tag(
            "Ledger",
            "Utfall, budget och prognos: leveranser och poster. Outcomes, budgets and forecasts: postings and entries."
        ),
        tag("Reports", "Sammanställningar. Summaries."),
        tag("Deviations", "Avvikelser och regler för dem. Deviation cases and their policies."),
        tag("Audit", "Behandlingshistorik. The audit trail."),
    ])
}

pub(super) fn security_schemes() -> Value {
    json!({ "bearerAuth": {
        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
        "description": "Åtkomsttoken i Authorization. An access token in Authorization: Bearer."
    } })
}

pub(super) fn headers() -> Value {
    let header = |description: &str, example: &str| json!({ "description": description, "schema": { "type": "string" }, "example": example });
    json!({
        "Traceparent": header("W3C Trace Context: anropets spår. The trace of the call.",
                              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        "ETag": header("Versionen. The version, for If-Match and If-None-Match.", "\"12-json\""),
        "Location": header("Den nya resursens adress. Where the new resource is.",
                           "https://utfall.example/utfall/v1/municipalities/0580/outcomes/2018-08/ledger"),
    })
}

pub(super) fn parameters() -> Value {
    let header = |name: &str, description: &str| json!({ "name": name, "in": "header", "required": false, "description": description, "schema": { "type": "string" } });
    json!({
        "Traceparent": header("traceparent", "W3C Trace Context, förs vidare. Continued when given, begun when not."),
        "IfMatch": header("If-Match", "Versionen som ändras. The version that the change is made to."),
        "IfNoneMatch": header("If-None-Match", "Versionen som redan är hämtad; ger 304. The version that is at hand already; gives 304."),
    })
}

/// Status, name and words of the problems that operations may answer.
pub(super) const PROBLEMS: &[(&str, &str)] = &[
    ("400", "BadRequest"),
    ("401", "Unauthorized"),
    ("403", "Forbidden"),
    ("404", "NotFound"),
    ("405", "MethodNotAllowed"),
    ("406", "NotAcceptable"),
    ("409", "Conflict"),
    ("412", "PreconditionFailed"),
    ("413", "PayloadTooLarge"),
    ("415", "UnsupportedMediaType"),
    ("422", "Invalid"),
    ("428", "PreconditionRequired"),
    ("500", "Internal"),
    ("503", "Unavailable"),
];

fn problem_words(name: &str) -> &'static str {
    match name {
        "BadRequest" => "Anropet kan inte läsas. The request cannot be read.",
        "Unauthorized" => "Giltig token saknas. A valid token is missing.",
        "Forbidden" => "Behörighet saknas. The right is missing.",
        "NotFound" => "Finns inte, eller är inte din att se. Not there, or not yours to see.",
        "MethodNotAllowed" => "Metoden finns inte här. The resource has no such method.",
        "NotAcceptable" => "Inget av formaten erbjuds. None of the accepted media types is offered.",
        "Conflict" => {
            "Tillståndet tillåter det inte, till exempel en låst månad. The state does not allow it, such as a locked month."
        }
        "PreconditionFailed" => "En annan version gäller. Another version stands.",
        "PayloadTooLarge" => "För stor. The body is too large.",
        "UnsupportedMediaType" => "Formatet läses inte. The media type is not read.",
        "Invalid" => {
            "Rader eller fält bryter mot reglerna; alla är listade. Rows or fields break the rules; all are listed."
        }
        "PreconditionRequired" => "If-Match behövs. If-Match is needed.",
        "Internal" => "Fel hos oss. A fault of ours.",
        _ => "Upptagen; försök igen. Busy; try again.",
    }
}

pub(super) fn responses(problem: &Value) -> Value {
    let mut responses = serde_json::Map::new();
    for (status, name) in PROBLEMS {
        let example = json!({
            "type": format!("https://utfall.example/problems/{}", name.to_lowercase()),
            "title": problem_words(name), "status": status.parse::<u16>().unwrap_or_default(),
            "detail": problem_words(name), "instance": "/utfall/v1/municipalities/0580"
        });
        let response = json!({
            "description": problem_words(name),
            "headers": { "traceparent": { "$ref": "#/components/headers/Traceparent" } },
            "content": { "application/problem+json": { "schema": problem, "example": example } }
        });
        responses.insert((*name).to_owned(), response);
    }
    Value::Object(responses)
}

/// Description, schema and example of a path parameter.
pub(super) fn path_parameter(name: &str) -> (&'static str, Value, &'static str) {
    let text = json!({ "type": "string" });
    let uuid = json!({ "type": "string", "format": "uuid" });
    match name {
        "municipalityCode" => (
            "Kommunkod enligt SCB. SCB's municipality code.",
            json!({ "type": "string", "pattern": "^[0-9]{4}$" }),
            "0580",
        ),
        "committeeCode" => ("Nämndens kod. The committee's own code.", text, "SN"),
        "period" => (
            "Månad; 2018-13 är bokslutsposter. A month; 2018-13 holds the closing entries.",
            json!({ "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-3])$" }),
            "2018-08",
        ),
        "year" => ("År. A year.", json!({ "type": "string", "pattern": "^[0-9]{4}$" }), "2018"),
        "source" => (
            "Källa: vem som levererar. The source: who delivers.",
            json!({ "type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "maxLength": 40 }),
            "ledger",
        ),
        "postingId" => ("Leveransens id. The posting's id.", uuid, "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b"),
        "deviationId" => ("Avvikelsens id. The deviation case's id.", uuid, "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b"),
        _ => ("Kod. A code.", text, "1"),
    }
}
