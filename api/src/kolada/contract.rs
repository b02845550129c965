//! The contracts of both versions, written from the table of routes and the forms of their answers.

use super::pages::MOST;
use super::routes::{Dimension, Entity, of_values};
use super::{Version, v2, v3};
use serde_json::{Map, Value, json};
use std::sync::OnceLock;
use utoipa::openapi::ComponentsBuilder;
use utoipa::openapi::schema::Components;

/// Both contracts as they are served, made once.
pub struct Contracts {
    v2: String,
    v3: String,
}

impl Contracts {
    /// The contracts. They are the same for every service of a process, and are made when they are first asked for.
    pub fn get() -> Result<&'static Self, serde_json::Error> {
        static MADE: OnceLock<Contracts> = OnceLock::new();
        if let Some(made) = MADE.get() {
            return Ok(made);
        }
        let made = Self::make()?;
        Ok(MADE.get_or_init(|| made))
    }

    fn make() -> Result<Self, serde_json::Error> {
        let text = |version| Ok(serde_json::to_string_pretty(&document(version)?)? + "\n");
        Ok(Self { v2: text(Version::V2)?, v3: text(Version::V3)? })
    }

    /// The one of a version.
    pub fn of(&self, version: Version) -> &str {
        match version {
            Version::V2 => &self.v2,
            Version::V3 => &self.v3,
        }
    }
}

fn document(version: Version) -> Result<Value, serde_json::Error> {
    let mut paths = Map::new();
    for entity in Entity::ALL {
        let path = format!("/{}", entity.name());
        paths.insert(format!("{path}/{{ids}}"), json!({ "get": of_entity(version, entity, true) }));
        paths.insert(path, json!({ "get": of_entity(version, entity, false) }));
    }
    for (of_units, dimensions) in of_values(version) {
        let mut path = format!("/{}", if of_units { "oudata" } else { "data" });
        for dimension in dimensions {
            path += &format!("/{0}/{{{0}}}", dimension.name());
        }
        if dimensions.is_empty() {
            path += "/";
        }
        paths.insert(path, json!({ "get": of_dimensions(version, of_units, dimensions) }));
    }
    let mut components = serde_json::to_value(components(version))?;
    components["schemas"]["Error"] = error(version);
    components["securitySchemes"] = json!({ "bearerAuth": { "type": "http", "scheme": "bearer",
        "description": "Bara där tjänsten är stängd. Only where the service is closed." } });
    Ok(json!({
        "openapi": "3.1.0",
        "info": {
            "title": format!("Utfall, Kolada {}", version.name()),
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Läs publika nyckeltal med Koladas egna klienter: byt basadress. Vägar, objekt, sidor och ordning är Koladas; okända \
                koder ger en tom lista, och okända parametrar bortses från. Public key figures for Kolada's own clients: change the base \
                address. Paths, objects, pages and order are Kolada's; unknown codes give an empty list, and unknown parameters are \
                ignored.",
            "license": { "name": "EUPL-1.2", "identifier": "EUPL-1.2" },
        },
        "servers": [{ "url": format!("/kolada/{}", version.name()) }],
        "tags": [
            { "name": "Metadata", "description": "Vad som finns. What there is." },
            { "name": "Data", "description": "Värden. Values." },
        ],
        "security": [{}, { "bearerAuth": [] }],
        "paths": paths,
        "components": components,
    }))
}

fn components(version: Version) -> Components {
    let builder = ComponentsBuilder::new();
    match version {
        Version::V2 => builder
            .schema_from::<v2::Kpi>()
            .schema_from::<v2::Municipality>()
            .schema_from::<v2::MemberGroup>()
            .schema_from::<v3::GroupMember>()
            .schema_from::<v2::OrganisationalUnit>()
            .schema_from::<v2::Data>()
            .schema_from::<v2::OuData>()
            .schema_from::<v2::Value>(),
        Version::V3 => builder
            .schema_from::<v3::Kpi>()
            .schema_from::<v3::Municipality>()
            .schema_from::<v3::MemberGroup>()
            .schema_from::<v3::GroupMember>()
            .schema_from::<v3::OrganisationalUnit>()
            .schema_from::<v3::Data>()
            .schema_from::<v3::OuData>()
            .schema_from::<v3::Value>(),
    }
    .schema_from::<crate::wire::decimal::ExactNumber>()
    .build()
}

const fn schema(entity: Entity) -> &'static str {
    match entity {
        Entity::KeyFigures => "Kpi",
        Entity::Areas => "Municipality",
        Entity::KeyFigureGroups | Entity::AreaGroups => "MemberGroup",
        Entity::Units => "OrganisationalUnit",
    }
}

const fn described(entity: Entity) -> &'static str {
    match entity {
        Entity::KeyFigures => "Nyckeltal. Key figures.",
        Entity::Areas => "Kommuner, regioner och Riket. Municipalities, regions and Riket.",
        Entity::KeyFigureGroups => "Grupper av nyckeltal. Groups of key figures.",
        Entity::AreaGroups => "Grupper av kommuner. Groups of municipalities.",
        Entity::Units => "Enheter med publika värden. Organisational units that have public values.",
    }
}

const A_KEY_FIGURE: &str = "U0580001";
const TWO_KEY_FIGURES: &str = "U0580001,N00945";
const A_GROUP: &str = "G0580KPI001";
const AN_AREA: &str = "0580";
const TWO_AREAS: &str = "0580,0581";
const A_UNIT: &str = "V00E0580-3102";

/// A code and a part of a title that there is something for, where the public indicators are those of the examples.
const fn examples(entity: Entity) -> (&'static str, &'static str) {
    match entity {
        Entity::KeyFigures => (TWO_KEY_FIGURES, "a"),
        Entity::KeyFigureGroups => (A_GROUP, "personal"),
        Entity::Areas => (TWO_AREAS, "köping"),
        Entity::AreaGroups => ("G175807", "städer"),
        Entity::Units => (A_UNIT, "grupp"),
    }
}

fn of_entity(version: Version, entity: Entity, by_ids: bool) -> Value {
    let mut parameters = Vec::new();
    let (codes, part) = examples(entity);
    if by_ids {
        let ids = "Koder, flera med komma. Codes, several parted by commas; unknown ones are left out.";
        parameters.push(parameter("path", "ids", ids, &json!(codes)));
    }
    let title = "Del av titeln, utan hänsyn till skiftläge. Part of the title, whatever its case.";
    parameters.push(parameter("query", "title", title, &json!(part)));
    if entity == Entity::Units {
        let of = "Enheter i dessa kommuner. Units of these municipalities.";
        parameters.push(parameter("query", "municipality", of, &json!(AN_AREA)));
    }
    if entity == Entity::Areas && version == Version::V3 {
        let of = "K kommuner, L regioner och Riket. Municipalities or regions.";
        parameters.push(parameter("query", "region_type", of, &json!("K")));
    }
    parameters.extend(paging());
    let id = format!("{}{}", entity.name(), if by_ids { "_by_id" } else { "" });
    operation(version, "Metadata", &id, described(entity), &parameters, schema(entity))
}

fn of_dimensions(version: Version, of_units: bool, dimensions: &[Dimension]) -> Value {
    let described = |dimension: Dimension| match dimension {
        Dimension::KeyFigure => {
            ("Nyckeltal, flera med komma. Key figures, several parted by commas.", json!(A_KEY_FIGURE))
        }
        Dimension::Area => {
            ("Kommuner, regioner och grupper. Areas and groups, several parted by commas.", json!(AN_AREA))
        }
        Dimension::Unit => ("Enheter, flera med komma. Units, several parted by commas.", json!(A_UNIT)),
        Dimension::Year => ("År, flera med komma. Years, several parted by commas.", json!("2017")),
    };
    let mut parameters = Vec::new();
    for dimension in dimensions {
        let (text, example) = described(*dimension);
        parameters.push(parameter("path", dimension.name(), text, &example));
    }
    if dimensions.is_empty() {
        for dimension in Dimension::ALL.into_iter().filter(|dimension| of_units || *dimension != Dimension::Unit) {
            let (text, example) = described(dimension);
            let text = format!("{text} Får upprepas. May be repeated.");
            parameters.extend(dimension.parameters().iter().map(|name| parameter("query", name, &text, &example)));
        }
    }
    let from =
        "Ändrade denna dag eller senare, borttagna medräknade. Changed on this day or later, deleted ones included.";
    parameters.push(parameter("query", "from_date", from, &json!("2026-01-01")));
    parameters.extend(paging());
    let names: Vec<&str> = dimensions.iter().map(|dimension| dimension.name()).collect();
    let (id, schema, text) = if of_units {
        ("oudata", "OuData", "Värden för enheter. Values of organisational units.")
    } else {
        ("data", "Data", "Värden för kommuner, regioner och grupper. Values of areas and groups.")
    };
    operation(version, "Data", &[&[id], names.as_slice()].concat().join("_"), text, &parameters, schema)
}

fn parameter(place: &str, name: &str, description: &str, example: &Value) -> Value {
    let required = place == "path";
    json!({ "in": place, "name": name, "description": description, "required": required, "schema": { "type": "string" },
            "example": example })
}

fn paging() -> [Value; 2] {
    let number = |name: &str, description: &str, schema: Value| json!({ "in": "query", "name": name, "description": description, "required": false, "schema": schema });
    let page = json!({ "type": "integer", "minimum": 1, "default": 1 });
    let most = json!({ "type": "integer", "minimum": 1, "maximum": MOST, "default": MOST });
    [
        number("page", "Sida, från 1. The page, from 1.", page),
        number("per_page", "Poster per sida. Items of a page.", most),
    ]
}

fn operation(version: Version, tag: &str, id: &str, text: &str, parameters: &[Value], schema: &str) -> Value {
    let refused = |text: &str| {
        let schema = json!({ "$ref": "#/components/schemas/Error" });
        json!({ "description": text, "content": { "application/json": { "schema": schema } } })
    };
    let unreadable = if version == Version::V2 { "400" } else { "422" };
    let mut responses = json!({
        "200": { "description": "En sida. A page.", "content": { "application/json": { "schema": page(version, schema) } } },
        "304": { "description": "Oförändrat. Not changed." },
        "401": refused("Tjänsten är stängd för den som inte har en token. The service is closed to callers without a token."),
        "404": refused("Ingen sådan väg. No such path."),
        "503": refused("Upptaget; försök igen. Busy; try again."),
    });
    responses[unreadable] = refused("En parameter kan inte läsas. A parameter cannot be read.");
    json!({ "tags": [tag], "operationId": id, "summary": text, "parameters": parameters, "responses": responses })
}

fn page(version: Version, schema: &str) -> Value {
    let values = json!({ "type": "array", "items": { "$ref": format!("#/components/schemas/{schema}") } });
    let count = json!({ "type": "integer", "description": "Antal på sidan. How many are on the page." });
    match version {
        Version::V2 => {
            let link = |text: &str| json!({ "type": "string", "format": "uri", "description": text });
            json!({ "type": "object", "required": ["count", "values"], "additionalProperties": false, "properties": {
                "count": count,
                "next_page": link("Nästa sida; saknas på den sista. The next page; left out on the last."),
                "previous_page": link("Föregående sida; saknas på den första. The page before; left out on the first."),
                "values": values } })
        }
        Version::V3 => {
            let link = |text: &str| json!({ "type": ["string", "null"], "format": "uri", "description": text });
            json!({ "type": "object", "required": ["values", "count", "next_url", "previous_url"], "additionalProperties": false,
                "properties": { "values": values, "count": count,
                    "next_url": link("Nästa sida; null på den sista. The next page; null on the last."),
                    "previous_url": link("Föregående sida; null på den första. The page before; null on the first.") } })
        }
    }
}

fn error(version: Version) -> Value {
    let detail = match version {
        Version::V2 => json!({ "type": "string" }),
        Version::V3 => {
            json!({ "oneOf": [{ "type": "string" }, { "type": "array", "items": { "type": "object", "required": ["loc", "msg", "type"],
            "properties": { "loc": { "type": "array", "items": { "type": "string" } }, "msg": { "type": "string" }, "type": { "type": "string" } } } }] })
        }
    };
    json!({ "type": "object", "description": "Varför det inte går. Why it cannot be done.", "required": ["detail"], "properties": { "detail": detail } })
}
