//! `/proc`, and abstract names.

use std::collections::BTreeSet;
use std::io::Result;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// `LISTEN` in `/proc/net/tcp`.
const LISTENING: &str = "0A";

/// The TCP addresses that a process listens on, sorted.
///
/// # Errors
/// Never on this platform.
pub fn listening(pid: u32) -> Result<Vec<SocketAddr>> {
    let inodes = socket_inodes(pid);
    let mut found = BTreeSet::new();
    for table in ["tcp", "tcp6"] {
        let Ok(text) = std::fs::read_to_string(format!("/proc/{pid}/net/{table}")) else {
            continue;
        };
        found.extend(
            text.lines()
                .skip(1)
                .filter_map(|row| listener(row, &inodes)),
        );
    }
    Ok(found.into_iter().collect())
}

/// Whether somebody listens at this abstract name, written with the `@` that stands for its first byte. The kernel's table
/// would not do: it shows a file whose name begins with that sign in the same way.
///
/// # Errors
/// Never on this platform.
pub fn is_abstract_name(name: &str) -> Result<bool> {
    use std::os::linux::net::SocketAddrExt as _;
    use std::os::unix::net::{SocketAddr, UnixStream};
    Ok(name.strip_prefix('@').is_some_and(|name| {
        SocketAddr::from_abstract_name(name)
            .and_then(|address| UnixStream::connect_addr(&address))
            .is_ok()
    }))
}

/// How many descriptors a process has open; 0 when it is gone.
///
/// # Errors
/// Never on this platform.
pub fn open_descriptors(pid: u32) -> Result<usize> {
    Ok(std::fs::read_dir(format!("/proc/{pid}/fd")).map_or(0, Iterator::count))
}

fn socket_inodes(pid: u32) -> BTreeSet<String> {
    let rows = std::fs::read_dir(format!("/proc/{pid}/fd"))
        .into_iter()
        .flatten()
        .flatten();
    rows.filter_map(|row| {
        let target = std::fs::read_link(row.path()).ok()?;
        Some(
            target
                .to_str()?
                .strip_prefix("socket:[")?
                .strip_suffix(']')?
                .to_owned(),
        )
    })
    .collect()
}

fn listener(row: &str, inodes: &BTreeSet<String>) -> Option<SocketAddr> {
    let fields: Vec<&str> = row.split_ascii_whitespace().collect();
    let (local, state, inode) = (fields.get(1)?, fields.get(3)?, fields.get(9)?);
    (*state == LISTENING && inodes.contains(*inode))
        .then(|| address(local))
        .flatten()
}

/// Words of four bytes, each in the machine's order, and the port in hexadecimal.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok()?;
    let mut bytes = Vec::new();
    for start in (0..ip.len()).step_by(8) {
        bytes.extend(
            u32::from_str_radix(ip.get(start..start + 8)?, 16)
                .ok()?
                .to_ne_bytes(),
        );
    }
    let ip = match bytes.len() {
        4 => IpAddr::V4(Ipv4Addr::from(<[u8; 4]>::try_from(bytes).ok()?)),
        16 => IpAddr::V6(Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?)),
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_its_own_listeners_and_nothing_else() {
        let four = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut expected = vec![four.local_addr().unwrap()];
        let six = std::net::TcpListener::bind("[::1]:0");
        expected.extend(six.iter().map(|six| six.local_addr().unwrap()));
        let connected = std::net::TcpStream::connect(expected[0]).unwrap();
        assert_eq!(listening(std::process::id()).unwrap(), expected);
        drop(connected);
    }

    #[test]
    fn knows_an_abstract_name_as_long_as_it_is_bound() {
        use std::os::linux::net::SocketAddrExt as _;
        use std::os::unix::net::{SocketAddr, UnixListener};
        let name = format!("sidecar-sockets-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let listener = UnixListener::bind_addr(&address).unwrap();
        assert!(is_abstract_name(&format!("@{name}")).unwrap());
        assert!(!is_abstract_name(&name).unwrap());
        drop(listener);
        assert!(!is_abstract_name(&format!("@{name}")).unwrap());
    }

    #[test]
    fn refuses_what_is_no_address() {
        for text in ["", "0100007F", "0100007F:", "0100007:0050", "zz00007F:0050"] {
            assert_eq!(address(text), None, "{text}");
        }
    }
}
