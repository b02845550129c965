//! The contract's words that belong to no single operation, in Swedish and English.

use serde_json::{Value, json};
use std::fmt::Write as _;
use utfall_domain::permission::{Right, Role};

const PURPOSE: &str = "\
    Utfall tar emot nämndernas månadsutfall, budget och prognoser, exakt på öret, och svarar med sammanställningar och \
    avvikelser. En månad skickas i ett anrop och kan skickas om; varje leverans blir en revision, inget skrivs över och allt kan \
    läsas som det var vid en viss tidpunkt (`asOf`). Målkedjor, planer och uppföljningar följer kommunens egen styrmodell. Belopp i huvudboken är debet-positiva: kostnader är positiva, intäkter \
    negativa. En avvikelse är positiv när den är gynnsam. Begränsningar och kända problem står sist.\n\n\
    Utfall takes in the committees' monthly outcomes, budgets and forecasts, exact to the öre, and answers with summaries and \
    deviation cases. A month is one call and is safe to repeat; every delivery becomes a revision, nothing is overwritten and \
    everything can be read as it was at a moment (`asOf`). Goal chains, plans and follow-ups follow the municipality's own steering \
    model. Amounts of the ledger are debit positive: costs are positive and \
    revenues negative. A deviation is positive when it is favourable. Amounts are exact JSON numbers of at most 13 digits before \
    and 2 after the decimal point: read them as decimals where your language has them. Every error is `application/problem+json` \
    and lists every faulty row. Changing what exists takes `If-Match` with the `ETag` that was read (428 without, 412 when it is \
    another); postings and whole lists take it without asking for it. HEAD is GET without a body, and OPTIONS lists the methods in \
    `Allow`. Parameters that an operation does not have are refused. Known problems and limitations come last.";

const LIMITATIONS: [&str; 4] = [
    "En leverans är högst 64 MiB och 500 000 rader. A delivery is at most 64 MiB and 500,000 rows.",
    "En sida är högst 1 000 poster; kodlistor och huvudbokens poster högst 10 000. A page holds at most 1,000 records; code \
     lists and entries of the ledger 10,000.",
    "Räkenskapsåret är kalenderåret. The fiscal year is the calendar year.",
    "Komprimerade anrop läses inte. Compressed request bodies are not read.",
];

pub(super) fn info() -> Value {
    json!({
        "title": "Utfall",
        "version": env!("CARGO_PKG_VERSION"),
        "summary": "Kommunala nämnders utfall, budget, prognos och avvikelser. Outcomes, budgets, forecasts and deviations of municipal committees.",
        "description": description(),
        "termsOfService": "https://utfall.example/anvandarvillkor",
        "contact": { "name": "Utfall", "url": "https://utfall.example/kontakt", "email": "utfall@utfall.example" },
        "license": { "name": "EUPL-1.2", "url": "https://interoperable-europe.ec.europa.eu/collection/eupl/eupl-text-eupl-12" },
        "x-sla": {
            "availability": "Sätts av den som driver tjänsten; mäts på /health/ready. Set by the operator; measured at /health/ready.",
            "responseTime": "Sätts av den som driver tjänsten; uppmätta tider står i projektets make bench. Set by the operator; measured \
                             times come from the project's make bench.",
            "support": "Sätts av den som driver tjänsten, på adressen i contact. Set by the operator, at the address in contact."
        },
        "x-limitations": LIMITATIONS
    })
}

/// What the API is for and how it behaves, and what it does not do.
fn description() -> String {
    format!("{PURPOSE}\n\n## Begränsningar. Limitations\n\n- {}\n", LIMITATIONS.join("\n- "))
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
        tag(
            "Steering",
            "Styrmodeller, mål, planer, uppdrag, intern kontroll och uppföljningar. Steering models, goals, plans, \
             assignments, internal control and follow-ups."
        ),
        tag(
            "Indicators",
            "Nyckeltal: definitioner, utfall, målvärden, prognoser, serier och styrkort. Indicators: definitions, observations, targets, \
             forecasts, series and scorecards."
        ),
        tag(
            "Frames",
            "Budgetramar, överföringar, investeringar och budgetbeslut. Frames, transfers, investments and decisions of budgets."
        ),
        tag(
            "Volumes",
            "Volymer och priser, och periodiseringsjusteringar. Volumes and prices, and accrual adjustments."
        ),
        tag(
            "Forecasts",
            "Prognosers underlag, förslag och träffsäkerhet. What forecasts are made on, proposals and accuracy."
        ),
        tag("Reports", "Sammanställningar. Summaries."),
        tag(
            "Deviations",
            "Avvikelser, förklaringar, eskalering och regler. Deviation cases, explanations, escalations and policies."
        ),
        tag(
            "Action plans",
            "Åtgärdsplaner: versioner, åtgärder, effekter och täckning. Action plans: versions, measures, effects and coverage."
        ),
        tag("Access", "Klienter och deras hemligheter. Clients and their secrets."),
        tag("Audit", "Behandlingshistorik. The audit trail."),
    ])
}

pub(super) fn security_schemes() -> Value {
    json!({ "clientCredentials": {
        "type": "oauth2",
        "description": "Token för en klient, med dess hemlighet (Basic eller client_secret) eller private_key_jwt; offline_access ger \
            också en refresh_token. A token for a client, by its secret or private_key_jwt; offline_access gives a refresh token too.",
        "flows": { "clientCredentials": { "tokenUrl": "https://utfall.example/oauth2/token", "refreshUrl": "https://utfall.example/oauth2/token",
            "scopes": { "offline_access": "En refresh_token också. A refresh token too." } } }
    }, "bearerAuth": {
        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
        "description": format!("Åtkomsttoken i Authorization: Bearer, från POST /oauth2/token med klientens hemlighet eller nyckel (client_credentials, RFC 6749), eller från kommunens egen utfärdare. Vad rollen får göra står \
            i tabellen, och `x-right` i varje operation är rättigheten som den kräver. An access token in Authorization: Bearer, from POST /oauth2/token by \
            the client's secret or key (client_credentials, RFC 6749), or from the municipality's own issuer. What a role may do is in the table, and `x-right` of an operation is the right that it \
            asks for.\n\n{}", rights())
    } })
}

/// The table of rights and roles, as the code has it.
fn rights() -> String {
    let roles = Role::ALL.map(Role::code).join(" | ");
    let mut table = format!("| x-right | {roles} |\n|{}\n", "---|".repeat(Role::ALL.len() + 1));
    for right in Right::ALL {
        let cells = Role::ALL.map(|role| if role.may(right) { "x" } else { "" }).join(" | ");
        let _ = writeln!(table, "| {} | {cells} |", right.code());
    }
    table
}
