//! Access checks and security headers.
//!
//! A page of another site must not read or write here, although the browser
//! that shows it can reach this server. Therefore the name in `Host` must be a
//! known one, which DNS rebinding cannot forge, and a request that changes
//! something must come from our own pages. Documents are untrusted input: the
//! content security policy keeps the browser from running scripts in them.

use std::net::IpAddr;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, COOKIE, HOST, ORIGIN,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::pages;

const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The name of the cookie that carries the password.
pub(crate) const COOKIE_NAME: &str = "chancery";

/// Accepted host names and the password.
pub(crate) struct AccessGuard {
    hosts: Vec<String>,
    password: Option<PasswordDigests>,
}

/// The password as digests. The cookie holds a derived key, which is useless
/// elsewhere.
struct PasswordDigests {
    digest: blake3::Hash,
    cookie: blake3::Hash,
}

impl AccessGuard {
    /// Accepts `hosts` besides `localhost` and IP addresses.
    pub(crate) fn new(hosts: &[String], password: Option<&str>) -> Self {
        let mut accepted: Vec<String> =
            hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        accepted.push("localhost".into());
        let password = password.map(|password| PasswordDigests {
            digest: blake3::hash(password.as_bytes()),
            cookie: blake3::derive_key(COOKIE_NAME, password.as_bytes()).into(),
        });
        Self { hosts: accepted, password }
    }

    /// Returns the cookie value for the right password, otherwise `None`.
    /// Digests are compared in constant time.
    pub(crate) fn cookie_value(&self, password: &str) -> Option<String> {
        let digests = self.password.as_ref()?;
        (digests.digest == blake3::hash(password.as_bytes())).then(|| digests.cookie.to_string())
    }

    /// Whether the host is a known name or an IP address. DNS rebinding needs a
    /// name, so addresses are safe.
    fn accepts_host(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else { return false };
        if authority.as_str().contains('@') {
            return false;
        }
        let name = authority.host().trim_start_matches('[').trim_end_matches(']');
        let name = name.to_ascii_lowercase();
        self.hosts.contains(&name) || name.parse::<IpAddr>().is_ok()
    }

    fn is_authenticated(&self, headers: &HeaderMap) -> bool {
        let Some(digests) = &self.password else { return true };
        let header = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let bearer = header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        let cookies = header(COOKIE).unwrap_or_default().split(';');
        let mut cookies = cookies.filter_map(|cookie| cookie.trim().split_once('='));
        let cookie = cookies.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value);
        let cookie = cookie.and_then(|cookie| blake3::Hash::from_hex(cookie).ok());
        bearer.is_some_and(|header| digests.digest == blake3::hash(header.as_bytes()))
            || cookie.is_some_and(|cookie| digests.cookie == cookie)
    }
}

/// Whether a request that writes comes from our own pages or from a program.
fn is_same_origin(method: &Method, headers: &HeaderMap) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let host = header(HOST.as_str()).unwrap_or_default();
    if let Some(origin) = header(ORIGIN.as_str()) {
        let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        return rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host));
    }
    match header("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        // Not a browser, or an old one. A form of another site can send only a
        // POST without JSON. For anything else a browser sends a preflight request.
        None => {
            let is_json = |kind: &str| kind.starts_with("application/json");
            method != Method::POST || header(CONTENT_TYPE.as_str()).is_some_and(is_json)
        }
    }
}

fn check_request(guard: &AccessGuard, request: &Request) -> Option<ApiError> {
    let headers = request.headers();
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if !guard.accepts_host(host) {
        return Some(ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            format!("{host:?} is not a name of this server"),
            "use its IP address, or start the server with this name",
        ));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if !reads && !is_same_origin(request.method(), headers) {
        return Some(ApiError::new(
            StatusCode::FORBIDDEN,
            "the request comes from another site",
            "send it from a page of this server, or as application/json",
        ));
    }
    let path = request.uri().path();
    if path != "/enter" && !path.starts_with("/assets/") && !guard.is_authenticated(headers) {
        return Some(ApiError::new(
            StatusCode::UNAUTHORIZED,
            "this archive needs a password",
            "enter the password that the server was started with",
        ));
    }
    None
}

/// Outermost middleware: access checks, error rendering and security headers.
pub(crate) async fn access_control(
    State(guard): State<Arc<AccessGuard>>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = match check_request(&guard, &request) {
        Some(failure) => failure.into_response(),
        None => next.run(request).await,
    };
    if response.status().is_client_error() || response.status().is_server_error() {
        response = render_error(&path, response).await;
    }
    let headers = response.headers_mut();
    let mut set = |name, value| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_SECURITY_POLICY, CONTENT_POLICY);
    set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(X_FRAME_OPTIONS, "DENY");
    // "no-referrer" would make browsers hide the origin of our own forms.
    set(REFERRER_POLICY, "same-origin");
    set(HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    set(HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if !headers.contains_key(CACHE_CONTROL) {
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    response
}

/// Renders an error as JSON or as a page. Errors of the framework keep their
/// message.
async fn render_error(path: &str, response: Response) -> Response {
    let status = response.status();
    let error = match response.extensions().get::<ApiError>() {
        Some(error) => error.clone(),
        None => {
            let body = to_bytes(response.into_body(), 4096).await.unwrap_or_default();
            let message = String::from_utf8_lossy(&body).into_owned();
            let reason = status.canonical_reason().unwrap_or("request failed").to_lowercase();
            let remedy = match status {
                StatusCode::PAYLOAD_TOO_LARGE => "send less at a time",
                StatusCode::NOT_FOUND => "check the address, or search for it",
                _ => "",
            };
            ApiError::new(status, if message.is_empty() { reason } else { message }, remedy)
        }
    };
    let mut response = match path.starts_with("/api/") {
        true => (status, axum::Json(error)).into_response(),
        false => (status, pages::error::render_page(&error)).into_response(),
    };
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert("retry-after", HeaderValue::from_static("2"));
    }
    response.map(Body::new)
}
