//! TCP on Windows, where a connection that is refused is tried again for about 2 s before anybody is told. On one's own machine that
//! only hides that nobody listens; libuv and Go turn it off there as well.

use std::ffi::c_void;
use std::io;
use std::net::SocketAddr;
use std::os::windows::io::AsRawSocket as _;
use std::ptr::null_mut;
use tokio::net::{TcpSocket, TcpStream};
use windows_sys::Win32::Networking::WinSock::{
    SIO_TCP_INITIAL_RTO, SOCKET, TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS,
    TCP_INITIAL_RTO_PARAMETERS, WSAIoctl,
};

/// `TCP_INITIAL_RTO_UNSPECIFIED_RTT` of mstcpip.h: as the machine has it.
const UNSPECIFIED: u16 = u16::MAX;

/// Connects, and is told at once when the own machine refuses.
pub(super) async fn connect(to: SocketAddr) -> io::Result<TcpStream> {
    let socket = match to {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    if to.ip().is_loopback() {
        try_once(&socket);
    }
    socket.connect(to).await
}

/// Where the system cannot do that (before Windows 10 1709, Wine), a refusal is told when it is told.
fn try_once(socket: &TcpSocket) {
    let once = TCP_INITIAL_RTO_PARAMETERS {
        Rtt: UNSPECIFIED,
        // The header says `(UCHAR) -2`.
        MaxSynRetransmissions: TCP_INITIAL_RTO_NO_SYN_RETRANSMISSIONS as u8,
    };
    let mut length = 0;
    // SAFETY: the socket is open for the length of the call, which reads as many bytes as it is told and writes one number.
    let _ = unsafe {
        WSAIoctl(
            socket.as_raw_socket() as SOCKET,
            SIO_TCP_INITIAL_RTO,
            (&raw const once).cast::<c_void>(),
            size_of_val(&once) as u32,
            null_mut(),
            0,
            &raw mut length,
            null_mut(),
            None,
        )
    };
}

#[cfg(test)]
mod tests {
    use crate::dial::{DialError, dial};
    use crate::endpoint::Endpoint;
    use crate::events::Recorder;
    use rstest::rstest;
    use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, TcpListener};
    use std::time::Duration;

    #[rstest]
    #[case::of_ipv4(Ipv4Addr::LOCALHOST.into())]
    #[case::of_ipv6(Ipv6Addr::LOCALHOST.into())]
    #[tokio::test]
    async fn a_refusal_is_told_sooner_than_the_system_would(#[case] at: IpAddr) {
        // A machine without this kind of address has nothing to refuse.
        let Ok(listener) = TcpListener::bind((at, 0)) else {
            return;
        };
        let endpoint = Endpoint::Tcp(listener.local_addr().unwrap());
        let within = Duration::from_secs(1);
        assert!(dial(&endpoint, within, &Recorder::off()).await.is_ok());
        drop(listener);

        let refused = dial(&endpoint, within, &Recorder::off()).await;

        let refused = refused.err().unwrap();
        assert!(matches!(refused, DialError::Connect { .. }), "{refused}");
        assert!(refused.nobody_there(), "{refused}");
    }
}
