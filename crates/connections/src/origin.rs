//! Where a request comes from: the name that it has for this server, and the
//! page that sent it.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use axum::http::{HeaderMap, Method};

/// The host of a header `Host`, without the port.
#[derive(Debug, PartialEq, Eq)]
pub enum RequestHost {
    /// An IP address.
    Address,
    /// A name, in lower case.
    Name(String),
}

impl RequestHost {
    /// Parses `name`, `1.2.3.4` or `[::1]`, each with a port or without.
    /// Returns `None` for anything else.
    pub fn parse(header: &str) -> Option<Self> {
        if let Some(rest) = header.strip_prefix('[') {
            let (address, port) = rest.split_once(']')?;
            let is_valid = address.parse::<Ipv6Addr>().is_ok()
                && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
            return is_valid.then_some(Self::Address);
        }
        let (name, port) = header.split_once(':').map_or((header, None), |(n, p)| (n, Some(p)));
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
        if name.is_empty() || !name.bytes().all(is_name) || !port.is_none_or(is_port) {
            return None;
        }
        match name.parse::<Ipv4Addr>() {
            Ok(_) => Some(Self::Address),
            Err(_) => Some(Self::Name(name.to_ascii_lowercase())),
        }
    }
}

fn is_port(digits: &str) -> bool {
    digits.bytes().all(|byte| byte.is_ascii_digit()) && digits.parse::<u16>().is_ok()
}

/// Returns the value of a header, if it is text.
fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a request that writes comes from our own pages or from a program.
pub fn may_write(method: &Method, headers: &HeaderMap) -> bool {
    if let Some(origin) = text_of(headers, ORIGIN.as_str()) {
        let host = text_of(headers, HOST.as_str()).unwrap_or_default();
        let rest = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        return rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host));
    }
    match text_of(headers, "sec-fetch-site") {
        Some(site) => is_own_site(site),
        // Not a browser, or an old one. A form of another site can send only a
        // POST without JSON and without the header Authorization. For anything
        // else a browser sends a preflight request.
        None => {
            let is_json = |kind: &str| kind.starts_with("application/json");
            let has_bearer = |value: &str| value.starts_with("Bearer ");
            method != Method::POST
                || text_of(headers, CONTENT_TYPE.as_str()).is_some_and(is_json)
                || text_of(headers, AUTHORIZATION.as_str()).is_some_and(has_bearer)
        }
    }
}

/// Whether a request that reads may be answered. A page of another site cannot
/// see the answer, but it could make the server work. It may only link to our
/// pages: users follow links from their notes and mails.
pub fn may_read(path: &str, headers: &HeaderMap) -> bool {
    let Some(site) = text_of(headers, "sec-fetch-site") else { return true };
    if is_own_site(site) {
        return true;
    }
    let is_link = text_of(headers, "sec-fetch-mode") == Some("navigate")
        && text_of(headers, "sec-fetch-dest") == Some("document")
        && text_of(headers, "sec-purpose").is_none();
    let is_page = !path.starts_with("/api/") && path != "/export";
    is_link && is_page
}

/// Whether a request comes from one of our pages, or from the user directly.
/// `same-site` is another port of this machine: not ours.
fn is_own_site(site: &str) -> bool {
    matches!(site, "same-origin" | "none")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_parsed_strictly() {
        for header in ["127.0.0.1", "10.0.0.1:8470", "[::1]", "[::1]:8470", "[2001:db8::1]:1"] {
            assert_eq!(RequestHost::parse(header), Some(RequestHost::Address), "{header}");
        }
        for (header, name) in [
            ("localhost", "localhost"),
            ("LocalHost:8470", "localhost"),
            ("127.0.0.1.evil.example", "127.0.0.1.evil.example"),
            ("127.1", "127.1"),
        ] {
            let parsed = RequestHost::parse(header);
            assert_eq!(parsed, Some(RequestHost::Name(name.into())), "{header}");
        }
        for header in [
            "",
            ":8470",
            "::1",
            "[::1",
            "[::1]evil.example",
            "[::1].evil.example",
            "[::1]:8470.evil.example",
            "[::1]:",
            "[::1]:99999",
            "[::1]:+80",
            "[[::1]]",
            "[127.0.0.1]",
            "[::1%25lo]",
            "evil.example[::1]",
            "localhost:evil.example",
            "localhost:80:80",
            "localhost@evil.example",
            "localhost/evil.example",
            "localhost evil.example",
        ] {
            assert_eq!(RequestHost::parse(header), None, "{header}");
        }
    }
}
