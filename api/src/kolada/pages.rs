//! Pages, and the absolute links between them.

use super::refusal::Refused;
use super::text::Query;
use crate::state::State;
use actix_web::HttpRequest;

/// How many items a page has at most, and when it is not said.
pub(super) const MOST: i64 = 5000;

/// Which page.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paging {
    page: i64,
    per_page: i64,
}

/// A page of items, and where its neighbours are.
#[derive(Debug)]
pub(super) struct Paged<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
    pub(super) previous: Option<String>,
}

impl Paging {
    pub(super) fn read(query: &Query) -> Result<Self, Refused> {
        let number = |name: &'static str, otherwise: i64| match query.last(name) {
            None => Ok(otherwise),
            Some(text) => {
                let number = text.parse().ok().filter(|number| (1..=1_000_000_000).contains(number));
                number.ok_or_else(|| Refused::parameter("query", name, text, "is not a number from 1"))
            }
        };
        // More than the most is served as the most, with a link to the rest.
        Ok(Self { page: number("page", 1)?, per_page: number("per_page", MOST)?.min(MOST) })
    }

    /// What to read: a page and one more, which says whether there is a next one.
    pub(super) const fn window(self) -> (i64, i64) {
        (self.per_page + 1, (self.page - 1) * self.per_page)
    }

    /// The page of what was read.
    pub(super) fn page<T>(self, mut items: Vec<T>, address: &Address) -> Paged<T> {
        let per_page = usize::try_from(self.per_page).unwrap_or(usize::MAX);
        let more = items.len() > per_page;
        items.truncate(per_page);
        let link = |page| address.page(page, self.per_page);
        Paged { items, next: more.then(|| link(self.page + 1)), previous: (self.page > 1).then(|| link(self.page - 1)) }
    }
}

/// The absolute address of a call, from which those of other pages are made.
#[derive(Debug)]
pub(super) struct Address {
    path: String,
    query: String,
}

impl Address {
    /// The address that the client used: the configured public one; without one, what the request and its proxies say.
    pub(super) fn of(request: &HttpRequest, state: &State) -> Self {
        let base = if state.setup.follows_host { followed(request) } else { state.setup.public_url.clone() };
        let query = request.query_string().split('&');
        let kept = query.filter(|pair| !matches!(pair.split('=').next(), None | Some("" | "page" | "per_page")));
        Self { path: base + request.uri().path(), query: kept.fold(String::new(), |all, pair| all + pair + "&") }
    }

    fn page(&self, page: i64, per_page: i64) -> String {
        format!("{}?{}page={page}&per_page={per_page}", self.path, self.query)
    }

    /// What tells this call's links from another's.
    pub(super) fn text(&self) -> &str {
        &self.path
    }
}

/// The origin and prefix that the request came by.
fn followed(request: &HttpRequest) -> String {
    let connection = request.connection_info();
    let prefix = request.headers().get("x-forwarded-prefix").and_then(|value| value.to_str().ok());
    // The first of several is the one nearest to the client, as with the host.
    let prefix = prefix.and_then(|prefix| prefix.split(',').next()).unwrap_or_default().trim().trim_matches('/');
    let slash = if prefix.is_empty() { "" } else { "/" };
    format!("{}://{}{slash}{prefix}", connection.scheme(), connection.host())
}
