//! What macOS tells of a socket (`struct socket_fdinfo` of XNU's `sys/proc_info.h`), as far as it is about who listens where.
//!
//! Its fields have fixed widths, and the same places on both architectures; its size is checked before anything is read.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Bytes of the whole structure.
pub(super) const SIZE: usize = 792;

/// `soi_family`, of which only these two have ports.
const FAMILY: usize = 184;
const AF_INET: i32 = 2;
const AF_INET6: i32 = 30;
/// `soi_kind`, which says what follows at `INTERNET`.
const KIND: usize = 256;
const SOCKINFO_TCP: i32 = 2;
/// `insi_lport` of `struct in_sockinfo`: in network order, in the first two bytes of an `int`.
const PORT: usize = 268;
/// `insi_laddr`: 16 bytes, of which an IPv4 address takes the last four.
const ADDRESS: usize = 312;
/// `tcpsi_state`.
const STATE: usize = 344;
const TSI_S_LISTEN: i32 = 1;

/// Where it listens, if it is a TCP socket that does.
pub(super) fn listener(bytes: &[u8]) -> Option<SocketAddr> {
    if bytes.len() != SIZE
        || i32::from_ne_bytes(at(bytes, KIND)?) != SOCKINFO_TCP
        || i32::from_ne_bytes(at(bytes, STATE)?) != TSI_S_LISTEN
    {
        return None;
    }
    let ip = match i32::from_ne_bytes(at(bytes, FAMILY)?) {
        AF_INET => IpAddr::V4(Ipv4Addr::from(at::<4>(bytes, ADDRESS + 12)?)),
        AF_INET6 => IpAddr::V6(Ipv6Addr::from(at::<16>(bytes, ADDRESS)?)),
        _ => return None,
    };
    Some(SocketAddr::new(ip, u16::from_be_bytes(at(bytes, PORT)?)))
}

fn at<const LENGTH: usize>(bytes: &[u8], start: usize) -> Option<[u8; LENGTH]> {
    bytes.get(start..start + LENGTH)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    /// The structures as the header has them, so that places are counted by the compiler too.
    #[repr(C)]
    struct SocketFdInfo {
        file: [u64; 3],
        stat: Stat,
        handles: [u64; 2],
        kind_of_socket: [i32; 2],
        family: i32,
        shorts: [i16; 8],
        out_of_band: u32,
        buffers: [Buffer; 2],
        kind: i32,
        reserved: u32,
        // The largest of the union is that of UNIX sockets.
        tcp: Tcp,
        rest: [u64; 51],
    }

    #[repr(C)]
    struct Stat {
        dev: u32,
        mode_and_links: [u16; 2],
        ino: u64,
        owners: [u32; 2],
        times: [i64; 8],
        size_and_blocks: [i64; 2],
        more: [u32; 4],
        spare: [i64; 2],
    }

    #[repr(C)]
    struct Buffer {
        counts: [u32; 5],
        flags: [i16; 2],
    }

    #[repr(C)]
    struct Tcp {
        foreign_port: i32,
        local_port: i32,
        generation: u64,
        flags: [u32; 2],
        version: u8,
        time_to_live: u8,
        reserved: u32,
        foreign: [u32; 4],
        local: [u32; 4],
        type_of_service: u8,
        six: Six,
        state: i32,
        timers: [i32; 4],
        more: [u32; 3],
        handle: u64,
    }

    #[repr(C)]
    struct Six {
        hops: u8,
        checksum: i32,
        shorts: [i16; 2],
    }

    #[test]
    fn the_places_are_those_of_the_header() {
        use std::mem::offset_of;
        assert_eq!(size_of::<SocketFdInfo>(), SIZE);
        assert_eq!(size_of::<Stat>(), 136);
        assert_eq!(offset_of!(SocketFdInfo, family), FAMILY);
        assert_eq!(offset_of!(SocketFdInfo, kind), KIND);
        assert_eq!(offset_of!(SocketFdInfo, tcp.local_port), PORT);
        assert_eq!(offset_of!(SocketFdInfo, tcp.local), ADDRESS);
        assert_eq!(offset_of!(SocketFdInfo, tcp.state), STATE);
    }

    fn socket(family: i32, kind: i32, state: i32, address: [u8; 16]) -> Vec<u8> {
        let mut bytes = vec![0; SIZE];
        for (place, value) in [(FAMILY, family), (KIND, kind), (STATE, state)] {
            bytes[place..place + 4].copy_from_slice(&value.to_ne_bytes());
        }
        bytes[PORT..PORT + 2].copy_from_slice(&8080_u16.to_be_bytes());
        bytes[ADDRESS..ADDRESS + 16].copy_from_slice(&address);
        bytes
    }

    const FOUR: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 127, 0, 0, 1];
    const SIX: [u8; 16] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    #[rstest]
    #[case(
        socket(AF_INET, SOCKINFO_TCP, TSI_S_LISTEN, FOUR),
        Some("127.0.0.1:8080")
    )]
    #[case(socket(AF_INET6, SOCKINFO_TCP, TSI_S_LISTEN, SIX), Some("[::1]:8080"))]
    #[case::connected(socket(AF_INET, SOCKINFO_TCP, 4, FOUR), None)]
    #[case::datagrams(socket(AF_INET, 1, TSI_S_LISTEN, FOUR), None)]
    #[case::local(socket(1, 3, TSI_S_LISTEN, FOUR), None)]
    fn tells_who_listens(#[case] bytes: Vec<u8>, #[case] expected: Option<&str>) {
        let expected = expected.map(|text| text.parse().unwrap());
        assert_eq!(listener(&bytes), expected);
        assert_eq!(listener(&bytes[1..]), None, "of another size");
    }

    proptest! {
        #[test]
        fn never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..SIZE + 2)) {
            listener(&bytes);
        }
    }
}
