//! Headers and path parameters: what they are called and what they mean is the same in every operation.

use crate::wire::page::MOST_PAGES;
use crate::wire::parameter::{FORMS, Form, form};
use serde_json::{Value, json};

/// The headers of answers.
pub(super) fn headers() -> Value {
    let header = |description: &str, example: &str| json!({ "description": description, "schema": { "type": "string" }, "example": example });
    json!({
        "Traceparent": header("W3C Trace Context: anropets spår. The trace of the call.",
                              "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
        "ETag": header("Versionen. The version, for If-Match and If-None-Match.", "\"12-json\""),
        "Location": header("Den nya resursens adress. Where the new resource is.",
                           "https://utfall.example/utfall/v1/municipalities/0580/outcomes/2018-08/ledger"),
        "Allow": header("Metoderna som finns. The methods that there are.", "GET, PUT, HEAD, OPTIONS"),
        "WWW-Authenticate": header("Hur man legitimerar sig. How to authenticate.", "Bearer realm=\"utfall\""),
        "IdempotentReplayed": header("true när svaret har getts förut, annars false. true when the answer was given before, else false.", "false"),
        "Retry-After": header("Sekunder att vänta. How many seconds to wait.", "2"),
    })
}

/// The headers of calls. They have no examples: the page that tries operations would send them.
pub(super) fn parameters() -> Value {
    let header = |name: &str, description: &str| json!({ "name": name, "in": "header", "required": false, "description": description, "schema": { "type": "string" } });
    json!({
        "Traceparent": header("traceparent", "W3C Trace Context, förs vidare; ett nytt spår börjar när det saknas. Continued when \
                              given, begun when not."),
        "IfMatch": header("If-Match", "Versionen som ändras; en annan ger 412. The version that the change is made to; another \
                          gives 412."),
        "IdempotencyKey": { "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "Anropets egen nyckel, till exempel ett nytt UUID. Samma anrop en gång till får samma svar och ingen ny \
                effekt; samma nyckel till något annat ger 422. The call's own key, such as a new UUID. The same call again gets the \
                same answer and has no other effect; the same key for something else gives 422.",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[ -~]+$" } },
        "IfNoneMatch": header("If-None-Match", "Versionen som redan är hämtad; ger 304. The version that is at hand already; \
                              gives 304."),
    })
}

/// Says of a parameter what it takes, where every operation takes the same.
pub(super) fn bound(parameter: &mut Value) {
    match parameter["name"].as_str() {
        Some("page") => parameter["schema"]["maximum"] = json!(MOST_PAGES),
        Some("asOf") => {
            let text = |format: &str| json!({ "type": "string", "format": format });
            parameter["schema"] = json!({ "anyOf": [text("date"), text("date-time")] });
        }
        _ => bound_text(parameter),
    }
}

/// Whether some parameter may have its form and still break a rule: a report needs its committee and period, columns are a language of
/// their own, rows are keys of what is read, and a total is made as the indicator's accumulation allows.
pub(super) fn have_a_rule(parameters: Option<&Value>) -> bool {
    let parameters = parameters.and_then(Value::as_array).into_iter().flatten();
    parameters
        .filter_map(|parameter| parameter["name"].as_str())
        .any(|name| matches!(name, "amountUnit" | "columns" | "rows" | "total" | "forecastSource"))
}

/// A text that is left empty, or holds a NUL, is refused; one that has a form in every operation has it in the contract.
fn bound_text(parameter: &mut Value) {
    let form = parameter["name"].as_str().and_then(form);
    let schema = &mut parameter["schema"];
    if schema["type"] != "string" || ["enum", "format", "pattern"].iter().any(|known| schema.get(known).is_some()) {
        return;
    }
    match form {
        Some(form) => *schema = json!({ "$ref": format!("#/components/schemas/{}", form.name) }),
        None => schema["pattern"] = json!("^[^\\u0000]+$"),
    }
}

/// The forms that texts of parameters have, as schemas.
pub(super) fn add_forms(schemas: &mut Value) {
    for Form { name, meaning, pattern, longest, .. } in FORMS {
        schemas[name] = json!({
            "type": "string", "description": meaning, "pattern": pattern, "minLength": 1, "maxLength": longest
        });
    }
}

/// The parameters of a path template.
pub(super) fn of_path(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| {
            let (description, schema, example) = path_parameter(name);
            json!({ "name": name, "in": "path", "required": true, "description": description, "schema": schema,
                    "example": example })
        })
        .collect()
}

/// Description, schema and example of a path parameter.
pub(super) fn path_parameter(name: &str) -> (&'static str, Value, &'static str) {
    let text = json!({ "type": "string", "minLength": 1, "maxLength": 40 });
    let key = json!({ "type": "string", "minLength": 1, "maxLength": 100 });
    let number = json!({ "type": "string", "pattern": "^[1-9][0-9]{0,3}$" });
    let uuid = json!({ "type": "string", "format": "uuid" });
    match name {
        "municipalityCode" => (
            "Kommunkod enligt SCB. SCB's municipality code.",
            json!({ "type": "string", "pattern": "^[0-9]{4}$" }),
            "0580",
        ),
        "actionPlanId" => ("Åtgärdsplanens id. The action plan's id, chosen by whoever puts it.", key, "sn-2018"),
        "clientKey" => ("Klientens nyckel. The client's key.", key, "hypergene"),
        "secretKey" => ("Hemlighetens nyckel. The secret's key.", key, "first"),
        "layoutKey" => ("Uppställningens nyckel. The layout's key.", key, "driftsredovisning"),
        "transferKey" => ("Överföringens nyckel. The transfer's key.", key, "bosocialt"),
        "committeeCode" => ("Nämndens kod. The committee's own code.", text, "SN"),
        "period" => (
            "Månad; 2018-13 är bokslutsposter. A month; 2018-13 holds the closing entries.",
            json!({ "type": "string", "pattern": "^(199[0-9]|20[0-9]{2}|2100)-(0[1-9]|1[0-3])$" }),
            "2018-08",
        ),
        "year" => ("År. A year.", json!({ "type": "string", "pattern": "^(199[0-9]|20[0-9]{2}|2100)$" }), "2018"),
        "source" => (
            "Källa: vem som levererar. The source: who delivers.",
            json!({ "type": "string", "pattern": "^[a-z][a-z0-9]*(-[a-z0-9]+)*$", "maxLength": 40 }),
            "ledger",
        ),
        "steeringModelCode" => ("Styrmodellens kod. The steering model's code.", text, "modell"),
        "goalCode" => ("Målets kod. The goal's code, as in the document.", key, "nm-nytt"),
        "planId" => {
            ("Planens id, som den som lägger in den väljer. The plan's id, chosen by whoever puts it.", key, "SN-2018")
        }
        "followUpId" => (
            "Uppföljningens id, som den som lägger in den väljer. The follow-up's id, chosen by whoever puts it.",
            key,
            "SN-2018-08",
        ),
        "indicatorKey" => ("Nyckeltalets nyckel. The indicator's key.", key, "sjukfranvaro"),
        "version" => ("Versionens nummer, från 1. The number of the version, from 1.", number, "1"),
        "edition" => ("Utgåvans nummer, från 1. The number of the edition, from 1.", number, "1"),
        "postingId" => ("Leveransens id. The posting's id.", uuid, "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b"),
        "deviationId" => ("Avvikelsens id. The deviation case's id.", uuid, "0191d0c8-7c3e-7c7a-9d7b-3f1f0c1f2a3b"),
        _ => ("Kod. A code.", text, "1"),
    }
}
