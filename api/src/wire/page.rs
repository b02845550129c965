//! Pages: `page` from 1 and `limit`, as the national profile asks. A page past the last is empty, not an error.

use super::as_of::AsOf;
use super::link::{Link, Links};
use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Vilken sida, och som registrerat när. Which page, and as recorded when.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Som registrerat då: en tidpunkt, eller slutet av ett datum. As recorded then: at a moment, or at the end of a date (2018-12-31).
    #[param(value_type = Option<String>)]
    pub as_of: Option<AsOf>,
    /// Sida, från 1. The page, from 1.
    #[param(default = 1, minimum = 0)]
    pub page: Option<i64>,
    /// Antal per sida. How many a page holds.
    #[param(default = 20, minimum = 1, maximum = 1000)]
    pub limit: Option<i64>,
}

/// The highest number of a page.
pub const MOST_PAGES: i64 = 1_000_000_000;

/// Which page.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    number: i64,
    limit: i64,
}

impl Page {
    /// Reads `page` (default 1) and `limit` (default 20, at most `most`).
    pub fn new(number: Option<i64>, limit: Option<i64>, most: i64) -> Result<Self, Problem> {
        let read = |name: &str, value: Option<i64>, default: i64, least: i64, most: i64| match value {
            None => Ok(default),
            Some(value) if (least..=most).contains(&value) => Ok(value),
            Some(value) => {
                let reason = format!("is not a whole number from {least} to {most}");
                Err(Problem::parameter(name, &value.to_string(), &reason))
            }
        };
        Ok(Self { number: read("page", number, 1, 0, MOST_PAGES)?, limit: read("limit", limit, 20, 1, most)? })
    }

    /// Limit and offset; page 0 is empty.
    pub const fn window(self) -> (i64, i64) {
        if self.number == 0 { (0, 0) } else { (self.limit, (self.number - 1) * self.limit) }
    }

    /// The page's part of a list that is at hand whole.
    pub fn of<T>(self, all: &[T]) -> &[T] {
        let (limit, offset) = self.window();
        let at = |number: i64| usize::try_from(number).unwrap_or(usize::MAX).min(all.len());
        &all[at(offset)..at(offset + limit)]
    }

    /// What the page says of itself.
    pub fn meta(self, total: i64, count: usize) -> PageMeta {
        let count = i64::try_from(count).unwrap_or_default();
        PageMeta { total_records: total, page: self.number, limit: self.limit, count }
    }

    /// Links to the other pages, repeating every other parameter of the request.
    pub fn links(self, total: i64, base: &str, query: &str) -> Links {
        let last = ((total + self.limit - 1) / self.limit).max(1);
        let others: Vec<&str> = query
            .split('&')
            .filter(|pair| !pair.is_empty() && !matches!(pair.split('=').next(), Some("page" | "limit")))
            .collect();
        let link = |rel: &str, number: i64| {
            let mut query = others.join("&");
            if !query.is_empty() {
                query.push('&');
            }
            Link::get(rel, format!("{base}?{query}page={number}&limit={}", self.limit))
        };
        Links {
            own: Some(link("self", self.number)),
            first: Some(link("first", 1)),
            prev: (self.number > 1).then(|| link("prev", (self.number - 1).min(last))),
            next: (self.number < last).then(|| link("next", self.number + 1)),
            last: Some(link("last", last)),
            ..Links::default()
        }
    }
}

/// Om sidan. What the page says of itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!({"totalRecords": 1, "page": 1, "limit": 20, "count": 1}))]
pub struct PageMeta {
    /// Antal poster totalt. How many there are in all.
    pub total_records: i64,
    /// Sidans nummer. The page, from 1.
    pub page: i64,
    /// Poster per sida. How many a page holds.
    pub limit: i64,
    /// Poster på denna sida. How many this page holds.
    pub count: i64,
}
