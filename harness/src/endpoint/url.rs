//! The URL forms of addresses, and the strict reader of them.
//!
//! | kind | form |
//! |---|---|
//! | UNIX socket | `unix://` and the percent-encoded absolute path |
//! | UNIX socket on Windows | `unix:///C:%5Cdir%5Capp.sock` |
//! | TCP | `http://` and a loopback IP literal with its port |
//! | named pipe | `npipe://` and the name |

use super::address::Endpoint;
use crate::pipe::NAME_LIMIT;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, percent_encode};
use std::net::{IpAddr, SocketAddr};
use std::path::{Component, PathBuf};

/// All that is not plainly part of a path (RFC 3986, unreserved characters and `/`).
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// A URL that does not lead to a local backend.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{url}` is no address of a local backend: {why}")]
pub struct UrlError {
    /// The URL as it was given.
    pub url: String,
    /// The rule that it breaks.
    pub why: &'static str,
}

impl Endpoint {
    /// The URL under which it is found.
    #[must_use]
    pub fn to_url(&self) -> String {
        match self {
            Self::Unix(path) => {
                let bytes = path.as_os_str().as_encoded_bytes();
                let drive = if bytes.first() == Some(&b'/') {
                    ""
                } else {
                    "/"
                };
                format!("unix://{drive}{}", percent_encode(bytes, ESCAPED))
            }
            Self::Tcp(address) => format!("http://{address}"),
            Self::Pipe(name) => format!("npipe://{name}"),
        }
    }

    /// Reads a URL, strictly: what is not plainly a local address is refused.
    ///
    /// # Errors
    /// [`UrlError`] names the rule that the URL breaks.
    pub fn from_url(url: &str) -> Result<Self, UrlError> {
        let refuse = |why| UrlError {
            url: url.to_owned(),
            why,
        };
        let (scheme, rest) = url
            .split_once(':')
            .ok_or_else(|| refuse("it has no scheme"))?;
        match scheme.to_ascii_lowercase().as_str() {
            "unix" => read_unix(rest),
            "http" => read_http(rest),
            "npipe" => read_pipe(rest),
            _ => Err("its scheme is none of unix, http and npipe"),
        }
        .map_err(refuse)
    }
}

fn read_unix(rest: &str) -> Result<Endpoint, &'static str> {
    let path = rest
        .strip_prefix("//")
        .ok_or("a socket URL starts with unix://")?;
    if !path.starts_with('/') {
        return Err("it has an authority, or its path is not absolute");
    }
    if path.contains(['?', '#']) {
        return Err("it has a query or a fragment");
    }
    let bytes = decode(path)?;
    if bytes.contains(&0) {
        return Err("its path holds a NUL byte");
    }
    let path = native_path(bytes)?;
    if path.components().any(|part| part == Component::ParentDir) {
        return Err("its path holds `..`");
    }
    Ok(Endpoint::Unix(path))
}

fn decode(text: &str) -> Result<Vec<u8>, &'static str> {
    let mut escapes = text.split('%').skip(1);
    let whole = |escape: &str| {
        escape
            .as_bytes()
            .get(..2)
            .is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    if !escapes.all(whole) {
        return Err("it holds a `%` that is followed by no two hexadecimal digits");
    }
    Ok(percent_decode_str(text).collect())
}

#[cfg(unix)]
fn native_path(bytes: Vec<u8>) -> Result<PathBuf, &'static str> {
    use std::os::unix::ffi::OsStringExt as _;
    Ok(PathBuf::from(std::ffi::OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn native_path(bytes: Vec<u8>) -> Result<PathBuf, &'static str> {
    let text = String::from_utf8(bytes).map_err(|_| "its path is not UTF-8")?;
    let drive = text
        .strip_prefix('/')
        .filter(|path| std::path::Path::new(path).has_root());
    Ok(PathBuf::from(drive.unwrap_or(&text)))
}

fn read_http(rest: &str) -> Result<Endpoint, &'static str> {
    let authority = rest
        .strip_prefix("//")
        .ok_or("an HTTP URL starts with http://")?;
    let authority = authority.strip_suffix('/').unwrap_or(authority);
    if authority.contains(['/', '?', '#', '@', '%']) {
        return Err("it has more than an address and a port");
    }
    let address: SocketAddr = authority
        .parse()
        .map_err(|_| "its host is no IP literal with a port")?;
    let loopback = match address.ip() {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip
            .to_ipv4_mapped()
            .map_or(ip.is_loopback(), |ip| ip.is_loopback()),
    };
    if !loopback {
        return Err("its address is not loopback");
    }
    if address.port() == 0 {
        return Err("its port is 0");
    }
    Ok(Endpoint::Tcp(address))
}

fn read_pipe(rest: &str) -> Result<Endpoint, &'static str> {
    let name = rest
        .strip_prefix("//")
        .ok_or("a pipe URL starts with npipe://")?;
    if name.is_empty() || name.len() > NAME_LIMIT {
        return Err("its name is not 1 to 247 characters long");
    }
    if !name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    {
        return Err("its name holds more than letters, digits, `.`, `_` and `-`");
    }
    let name = name.to_ascii_lowercase();
    if is_reserved(&name) {
        return Err("its name is that of a device");
    }
    Ok(Endpoint::Pipe(name))
}

/// Device names of DOS, which Windows still resolves anywhere.
fn is_reserved(name: &str) -> bool {
    let numbered = |prefix: &str| {
        name.strip_prefix(prefix)
            .is_some_and(|rest| matches!(rest.as_bytes(), [b'1'..=b'9']))
    };
    matches!(name, "con" | "nul" | "prn" | "aux") || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(unix)]
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case("unix:///run/x.sock", Endpoint::Unix("/run/x.sock".into()))]
    #[case("UNIX:///run/x.sock", Endpoint::Unix("/run/x.sock".into()))]
    #[case("unix:///run/a%20b%3F%23%25.sock", Endpoint::Unix("/run/a b?#%.sock".into()))]
    #[case("http://127.0.0.1:80", Endpoint::Tcp(([127, 0, 0, 1], 80).into()))]
    #[case("http://127.9.9.9:1/", Endpoint::Tcp(([127, 9, 9, 9], 1).into()))]
    #[case("HTTP://[::1]:8080", Endpoint::Tcp("[::1]:8080".parse().unwrap()))]
    #[case("http://[::ffff:127.0.0.1]:8080", Endpoint::Tcp("[::ffff:127.0.0.1]:8080".parse().unwrap()))]
    #[case("npipe://App-1.x_y", Endpoint::Pipe("app-1.x_y".into()))]
    #[case("npipe://com10", Endpoint::Pipe("com10".into()))]
    #[cfg(unix)]
    fn reads_every_documented_form(#[case] url: &str, #[case] expected: Endpoint) {
        assert_eq!(Endpoint::from_url(url), Ok(expected));
    }

    #[rstest]
    #[case("", "no scheme")]
    #[case("/run/x.sock", "no scheme")]
    #[case("https://127.0.0.1:1", "scheme")]
    #[case("unix:run/x.sock", "starts with unix://")]
    #[case("unix://run/x.sock", "authority")]
    #[case("unix://localhost/run/x.sock", "authority")]
    #[case("unix:///x.sock?y", "query")]
    #[case("unix:///x.sock#y", "fragment")]
    #[case("unix:///a/../x.sock", "`..`")]
    #[case("unix:///a/%2e%2E/x.sock", "`..`")]
    #[case("unix:///a/..%2fx.sock", "`..`")]
    #[case("unix:///x%00.sock", "NUL")]
    #[case("unix:///x%zz", "hexadecimal")]
    #[case("unix:///x%4", "hexadecimal")]
    #[case("unix:///x%", "hexadecimal")]
    #[case("http://localhost:80", "IP literal")]
    #[case("http://2130706433:80", "IP literal")]
    #[case("http://127.1:80", "IP literal")]
    #[case("http://127.0.0.1", "IP literal")]
    #[case("http://127.0.0.1:99999", "IP literal")]
    #[case("http://127.0.0.1:0", "port is 0")]
    #[case("http://0.0.0.0:80", "not loopback")]
    #[case("http://[::]:80", "not loopback")]
    #[case("http://192.0.2.1:80", "not loopback")]
    #[case("http://user@127.0.0.1:80", "more than")]
    #[case("http://127.0.0.1:80/path", "more than")]
    #[case("npipe://", "1 to 247")]
    #[case("npipe://a/b", "letters")]
    #[case("npipe://a:1", "letters")]
    #[case("npipe://NUL", "device")]
    #[case("npipe://com9", "device")]
    fn refuses_with_the_rule(#[case] url: &str, #[case] why: &str) {
        let error = Endpoint::from_url(url).unwrap_err();
        assert!(error.why.contains(why), "{error}");
    }

    #[rstest]
    #[case(247, true)]
    #[case(248, false)]
    fn bounds_the_length_of_a_pipe_name(#[case] length: usize, #[case] fits: bool) {
        assert_eq!(
            Endpoint::from_url(&format!("npipe://{}", "a".repeat(length))).is_ok(),
            fits
        );
    }

    #[rstest]
    #[case(r"\\.\PiPe\App", Endpoint::Pipe("app".into()))]
    #[case(r"\\.\pip\App", Endpoint::Unix(r"\\.\pip\App".into()))]
    #[case("/run/x.sock", Endpoint::Unix("/run/x.sock".into()))]
    fn reads_what_stands_on_a_command_line(#[case] text: &str, #[case] expected: Endpoint) {
        assert_eq!(Endpoint::from_text(text), expected);
    }

    #[rstest]
    #[case(r"\\.\pipe\x", true)]
    #[case(r"\\.\PIPE\x", true)]
    #[case(r"\\.\Pipe\", true)]
    #[case(r"\\.\pipe", false)]
    #[case(r"\\?\pipe\x", false)]
    #[case("/run/x", false)]
    fn knows_a_pipe_path_in_any_case(#[case] text: &str, #[case] expected: bool) {
        assert_eq!(Endpoint::is_pipe_path(text), expected);
    }

    #[cfg(unix)]
    proptest! {
        #[test]
        fn what_is_emitted_reads_back(parts in proptest::collection::vec("[^/\0]{1,12}", 1..5)) {
            prop_assume!(parts.iter().all(|part| part != ".." && part != "."));
            let endpoint = Endpoint::Unix(PathBuf::from(format!("/{}", parts.join("/"))));
            prop_assert_eq!(Endpoint::from_url(&endpoint.to_url()), Ok(endpoint));
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,60}") {
            let _ = Endpoint::from_url(&text);
            let _ = Endpoint::from_url(&format!("unix://{text}"));
            let _ = Endpoint::from_url(&format!("http://{text}"));
        }
    }
}
