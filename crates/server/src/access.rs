//! Access checks and security headers.
//!
//! A page of another site must not read or write here, although the browser
//! that shows it can reach this server. Therefore the name in `Host` must be a
//! known one, which DNS rebinding cannot forge, and a request that changes
//! something or costs work must come from our own pages (see [`origin`](chancery_connections::origin)). Documents are untrusted input: the
//! content security policy keeps the browser from running scripts in them.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

use axum::body::{Body, to_bytes};
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    AUTHORIZATION, CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, REFERRER_POLICY,
    RETRY_AFTER, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use chancery_connections::guess_limiter::{GuessLimiter, GuessResult};
use chancery_connections::origin::{RequestHost, may_read, may_write};
use chancery_connections::permits::answer_client;
use chancery_pages::error::render_page;

const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' data:; connect-src 'self'; font-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'";

/// The name of the cookie that carries the password.
pub(crate) const COOKIE_NAME: &str = "chancery";

/// Accepted host names and the password.
pub(crate) struct AccessGuard {
    hosts: Vec<String>,
    password: Option<PasswordDigests>,
    guesses: GuessLimiter,
}

/// What proves that a client knows the password. The cookie holds a random key
/// of this run of the server: the password cannot be guessed from it or through
/// it, so only guesses of the password are slowed.
struct PasswordDigests {
    digest: blake3::Hash,
    cookie: blake3::Hash,
}

impl AccessGuard {
    /// Accepts `hosts` besides `localhost` and IP addresses.
    ///
    /// # Errors
    /// If the operating system has no random numbers for the cookie.
    pub(crate) fn new(hosts: &[String], password: Option<&str>) -> io::Result<Self> {
        let mut accepted: Vec<String> =
            hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
        accepted.push("localhost".into());
        let password = match password {
            Some(password) => {
                let mut cookie = [0; 32];
                getrandom::fill(&mut cookie).map_err(io::Error::other)?;
                let digest = blake3::hash(password.as_bytes());
                Some(PasswordDigests { digest, cookie: cookie.into() })
            }
            None => None,
        };
        Ok(Self { hosts: accepted, password, guesses: GuessLimiter::default() })
    }

    /// Returns the value of the cookie for the right password.
    ///
    /// # Errors
    /// If the password is wrong, or too many wrong ones came from this client.
    pub(crate) fn log_in(&self, client: IpAddr, password: &str) -> Result<String, ApiError> {
        let wrong = || ApiError::new(StatusCode::UNAUTHORIZED, "wrong password", "");
        let digests = self.password.as_ref().ok_or_else(wrong)?;
        match self.guesses.check_guess(client, password, &digests.digest, Instant::now()) {
            GuessResult::Right => Ok(digests.cookie.to_string()),
            GuessResult::Wrong => Err(wrong()),
            GuessResult::TooMany(wait) => Err(ApiError::too_many_guesses(wait)),
        }
    }

    /// Whether the host is a known name or an IP address. DNS rebinding needs a
    /// name, so addresses are safe.
    fn accepts_host(&self, headers: &HeaderMap) -> bool {
        // Of several headers another program may have used another one.
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        match host.to_str().ok().and_then(RequestHost::parse) {
            Some(RequestHost::Address) => true,
            Some(RequestHost::Name(name)) => self.hosts.contains(&name),
            None => false,
        }
    }

    /// Checks the cookie or the password of a request.
    fn check_password(&self, client: IpAddr, headers: &HeaderMap) -> Result<(), ApiError> {
        let Some(digests) = &self.password else { return Ok(()) };
        let header = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let bearer = header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        let cookies = header(COOKIE).unwrap_or_default().split(';');
        let mut cookies = cookies.filter_map(|cookie| cookie.trim().split_once('='));
        let cookie = cookies.find(|(name, _)| *name == COOKIE_NAME).map(|(_, value)| value);
        let cookie = cookie.and_then(|cookie| blake3::Hash::from_hex(cookie).ok());
        if cookie.is_some_and(|cookie| digests.cookie == cookie) {
            return Ok(());
        }
        match bearer {
            Some(bearer) => self.log_in(client, bearer).map(drop),
            None => Err(ApiError::new(
                StatusCode::UNAUTHORIZED,
                "this archive needs a password",
                "enter the password that the server was started with",
            )),
        }
    }
}

fn check_request(guard: &AccessGuard, client: IpAddr, request: &Request) -> Result<(), ApiError> {
    let headers = request.headers();
    if !guard.accepts_host(headers) {
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        return Err(ApiError::new(
            StatusCode::MISDIRECTED_REQUEST,
            format!("{host:?} is not a name of this server"),
            "use its IP address, or start the server with this name",
        ));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let path = request.uri().path();
    let (is_allowed, remedy) = match reads {
        true => (may_read(path, headers), "open it from a page of this server"),
        false => (
            may_write(request.method(), headers),
            "send it from a page of this server, as application/json, or with the password in \
             the header Authorization",
        ),
    };
    if !is_allowed {
        let what = "the request comes from another site";
        return Err(ApiError::new(StatusCode::FORBIDDEN, what, remedy));
    }
    if matches!(path, "/enter" | "/healthz") || path.starts_with("/assets/") {
        return Ok(());
    }
    guard.check_password(client, headers)
}

/// Middleware: access checks, error rendering and security headers.
pub(crate) async fn access_control(
    State(guard): State<Arc<AccessGuard>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path().to_owned();
    let mut response = match check_request(&guard, client.ip(), &request) {
        Err(failure) => failure.into_response(),
        Ok(()) => answer_client(client.ip(), next.run(request)).await,
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
    let (retry_after, logged) = (error.retry_after, error.clone());
    let mut response = match path.starts_with("/api/") || path == "/healthz" {
        true => (status, axum::Json(error)).into_response(),
        false => (status, render_page(&error.message())).into_response(),
    };
    if let Some(seconds) = retry_after {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    response.extensions_mut().insert(logged);
    response.map(Body::new)
}
