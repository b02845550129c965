//! What the framework would answer in its own words: unknown paths, wrong methods, HEAD and OPTIONS.

use crate::auth::call::record_refusal;
use crate::contract::Contract;
use crate::kolada;
use crate::oauth;
use crate::problem::Problem;
use crate::state::{BASE, State};
use actix_web::body::{BoxBody, EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpRequest, HttpResponse};

/// Answers what no handler takes: 405 with `Allow` where the path exists, 204 to OPTIONS, else 404.
pub async fn default(request: HttpRequest, state: Data<State>) -> HttpResponse {
    let Some(allowed) = allowed(state.contract, request.path()) else {
        return Problem::not_found().response(request.path());
    };
    if request.method() == Method::OPTIONS {
        return HttpResponse::NoContent().insert_header((header::ALLOW, allowed)).finish();
    }
    Problem::method_not_allowed(allowed).response(request.path())
}

/// The methods of a path, as `Allow` lists them.
fn allowed(contract: &Contract, path: &str) -> Option<String> {
    let methods = match path {
        "/health/live" | "/health/ready" | "/.well-known/jwks.json" | "/docs" => vec!["GET".to_owned()],
        oauth::TOKEN => vec!["POST".to_owned()],
        path if path.starts_with("/docs/") => vec!["GET".to_owned()],
        path => contract.methods(path.strip_prefix(BASE)?)?,
    };
    let head = methods.iter().any(|method| method == "GET").then(|| "HEAD".to_owned());
    let all: Vec<String> = methods.into_iter().chain(head).chain(["OPTIONS".to_owned()]).collect();
    Some(all.join(", "))
}

/// How long an address may be. Kolada's clients put whole lists into theirs; the head's own limit bounds those.
const LONGEST: usize = 2048;

/// HEAD is GET without a body; an address of more than 2,048 characters is refused; every problem names its path.
pub async fn frame(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<EitherBody<impl MessageBody, BoxBody>>, Error> {
    let head = request.method() == Method::HEAD;
    if head {
        request.head_mut().method = Method::GET;
    }
    if request.uri().path_and_query().is_some_and(|path| path.as_str().len() > LONGEST) && !is_kolada(request.path()) {
        let problem = Problem::new(crate::problem::Kind::UriTooLong, "An address has at most 2,048 characters.");
        let response = problem.response(request.path());
        return Ok(request.into_response(response).map_into_right_body());
    }
    let response = next.call(request).await?;
    if response.status() == StatusCode::FORBIDDEN {
        let why = response.response().extensions().get::<Problem>().map(ToString::to_string).unwrap_or_default();
        record_refusal(response.request(), &why).await;
    }
    let response = name_instance(response);
    if !head {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (mut response, _) = response.into_parts();
    response.headers_mut().remove(header::CONTENT_LENGTH);
    let response = response.set_body(BoxBody::new(actix_web::body::None::new()));
    Ok(ServiceResponse::new(request, response).map_into_right_body())
}

/// A problem that an extractor raised does not know its path; here it is told.
fn name_instance<B: MessageBody + 'static>(response: ServiceResponse<B>) -> ServiceResponse<EitherBody<B, BoxBody>> {
    let problem = response.response().extensions().get::<Problem>().cloned();
    let framework = problem.is_none() && foreign_error(&response) && !speaks_otherwise(response.request().path());
    let problem = problem.or_else(|| framework.then(|| framework_problem(response.status())));
    match problem {
        None => response.map_into_left_body(),
        Some(problem) => {
            let instance = response.request().path().to_owned();
            let replacement = problem.response(&instance);
            let (request, _) = response.into_parts();
            ServiceResponse::new(request, replacement).map_into_right_body()
        }
    }
}

/// Whether a path is the Kolada API's, which refuses in Kolada's own forms.
fn is_kolada(path: &str) -> bool {
    path.starts_with(kolada::ROOT)
}

/// Whether a path's errors have a form of its own: Kolada's, or that of RFC 6749.
fn speaks_otherwise(path: &str) -> bool {
    is_kolada(path) || path == oauth::TOKEN
}

/// An error that is not one of our problems: the framework's own.
fn foreign_error<B>(response: &ServiceResponse<B>) -> bool {
    let ours = response.headers().get(header::CONTENT_TYPE).is_some_and(|value| value == "application/problem+json");
    (response.status().is_client_error() || response.status().is_server_error()) && !ours
}

fn framework_problem(status: StatusCode) -> Problem {
    use crate::problem::Kind;
    match status {
        StatusCode::NOT_FOUND => Problem::not_found(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::PayloadTooLarge, "The body is too large."),
        StatusCode::REQUEST_TIMEOUT => Problem::new(Kind::RequestTimeout, "The request did not arrive in time."),
        status if status.is_client_error() => Problem::bad_request("The request cannot be read."),
        _ => Problem::new(Kind::Internal, "The fault is logged under the trace of this call."),
    }
}
