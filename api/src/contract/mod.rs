//! The contract: generated from the handlers, finished here, made once and served as bytes.

pub(crate) mod dcat;
pub(crate) mod examples;
mod finish;
mod names;
mod parameters;
mod problems;
mod prose;
pub(crate) mod words;

use crate::routes;
use crate::state::BASE;
use actix_web::App;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;
use utoipa_actix_web::AppExt as _;

/// The contract as it is served.
pub struct Contract {
    json: String,
    yaml: String,
    docs: String,
    methods: BTreeMap<String, Vec<String>>,
    queried: BTreeSet<String>,
}

/// A contract that cannot be made; a fault of the program.
#[derive(Debug, thiserror::Error)]
pub enum ContractError {
    /// The document could not be written as JSON.
    #[error("the contract cannot be written: {0}")]
    Json(#[from] serde_json::Error),
    /// The document could not be written as YAML.
    #[error("the contract cannot be written as YAML: {0}")]
    Yaml(String),
}

impl Contract {
    /// The contract. It is the same for every service of a process, and is made when it is first asked for.
    pub fn get() -> Result<&'static Self, ContractError> {
        static MADE: OnceLock<Contract> = OnceLock::new();
        if let Some(made) = MADE.get() {
            return Ok(made);
        }
        let made = Self::make()?;
        Ok(MADE.get_or_init(|| made))
    }

    /// Reads the handlers and finishes the document. Nothing is opened and nothing is asked for.
    fn make() -> Result<Self, ContractError> {
        let (_, generated) = App::new()
            .into_utoipa_app()
            .service(utoipa_actix_web::scope(BASE).configure(routes::configure))
            .split_for_parts();
        let document = finish::finish(serde_json::to_value(generated)?);
        let yaml = yaml_serde::to_string(&document).map_err(|error| ContractError::Yaml(error.to_string()))?;
        let mut docs = document.clone();
        // The page tries the server that it came from.
        docs["servers"] = json!([{ "url": BASE }]);
        Ok(Self {
            json: serde_json::to_string_pretty(&document)? + "\n",
            yaml,
            docs: docs.to_string(),
            methods: methods(&document),
            queried: queried(&document),
        })
    }

    /// As JSON.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// As YAML.
    pub fn yaml(&self) -> &str {
        &self.yaml
    }

    /// For `/docs`: the same document with its own origin as the server.
    pub fn docs(&self) -> &str {
        &self.docs
    }

    /// The methods of a path under the root; `None` when the path is not the contract's.
    pub fn methods(&self, path: &str) -> Option<Vec<String>> {
        if matches!(path, "/openapi.json" | "/openapi.yaml") {
            return Some(vec!["GET".into()]);
        }
        // A fixed path is nearer than one with a parameter in its place.
        let fits = self.methods.iter().filter(|(template, _)| fits(template, path));
        fits.min_by_key(|(template, _)| template.matches('{').count()).map(|(_, methods)| methods.clone())
    }

    /// Whether an operation has parameters in its query: its method, and its path as the contract writes it.
    pub fn has_query(&self, method: &str, path: &str) -> bool {
        self.queried.contains(&format!("{method} {path}"))
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(part), Some(given)) if part == given || (part.starts_with('{') && !given.is_empty()) => {}
            _ => return false,
        }
    }
}

fn methods(document: &Value) -> BTreeMap<String, Vec<String>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .map(|(path, item)| {
            let methods = item.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase());
            (path.clone(), methods.collect())
        })
        .collect()
}

fn queried(document: &Value) -> BTreeSet<String> {
    let mut queried = BTreeSet::new();
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            if parameters.any(|parameter| parameter["in"] == "query") {
                queried.insert(format!("{} {path}", method.to_uppercase()));
            }
        }
    }
    queried
}
