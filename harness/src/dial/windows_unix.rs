//! UNIX sockets on Windows. Neither the standard library nor tokio has them there; but tokio asks the system about any socket in the
//! same way, so that one that was connected by hand can be handed to it as if it were one of TCP. What only TCP has must not be asked of it.

use std::ffi::c_void;
use std::io;
use std::os::windows::io::{AsRawSocket as _, FromRawSocket as _, OwnedSocket, RawSocket};
use std::path::Path;
use std::ptr::null_mut;
use std::sync::OnceLock;
use tokio::net::TcpStream;
use windows_sys::Win32::Networking::WinSock::{
    AF_UNIX, INVALID_SOCKET, SIO_AF_UNIX_GETPEERPID, SOCK_STREAM, SOCKADDR_UN, SOCKET,
    SOCKET_ERROR, WSA_FLAG_NO_HANDLE_INHERIT, WSA_FLAG_OVERLAPPED, WSADATA, WSAGetLastError,
    WSAIoctl, WSASocketW, WSAStartup, connect as connect_socket,
};

/// Version 2.2, the one that every Windows has had for decades.
const VERSION: u16 = 0x0202;

/// Connects, on a thread of its own: the system takes or refuses a connection at once, but does not promise it.
pub(super) async fn connect(path: &Path) -> io::Result<TcpStream> {
    let path = path.to_owned();
    let connected = tokio::task::spawn_blocking(move || connected(&path)).await;
    let stream = std::net::TcpStream::from(connected.map_err(io::Error::other)??);
    stream.set_nonblocking(true)?;
    TcpStream::from_std(stream)
}

/// The process at the other end.
pub(super) fn server_pid(stream: &TcpStream) -> Option<u32> {
    let (mut pid, mut length) = (0_u32, 0);
    // SAFETY: the socket is open for the length of the call, and two numbers are written, with the sizes that are said.
    let asked = unsafe {
        WSAIoctl(
            socket_of(stream.as_raw_socket()),
            SIO_AF_UNIX_GETPEERPID,
            std::ptr::null(),
            0,
            (&raw mut pid).cast::<c_void>(),
            size_of_val(&pid) as u32,
            &raw mut length,
            null_mut(),
            None,
        )
    };
    (asked == 0 && pid != 0).then_some(pid)
}

fn connected(path: &Path) -> io::Result<OwnedSocket> {
    started()?;
    let address = address(path)?;
    let socket = socket()?;
    // SAFETY: the socket is open, and the address has the size that is said.
    let done = unsafe {
        connect_socket(
            socket_of(socket.as_raw_socket()),
            (&raw const address).cast(),
            size_of_val(&address) as i32,
        )
    };
    match done {
        SOCKET_ERROR => Err(last_error()),
        _ => Ok(socket),
    }
}

fn socket() -> io::Result<OwnedSocket> {
    // SAFETY: no pointer is given.
    let socket = unsafe {
        WSASocketW(
            i32::from(AF_UNIX),
            SOCK_STREAM,
            0,
            std::ptr::null(),
            0,
            WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT,
        )
    };
    if socket == INVALID_SOCKET {
        return Err(last_error());
    }
    // SAFETY: the socket was just made, and nobody else knows it.
    Ok(unsafe { OwnedSocket::from_raw_socket(socket as RawSocket) })
}

/// The path as UTF-8, as the system wants it, with a NUL behind it.
fn address(path: &Path) -> io::Result<SOCKADDR_UN> {
    let mut address = SOCKADDR_UN {
        sun_family: AF_UNIX,
        ..SOCKADDR_UN::default()
    };
    let refused = |why| io::Error::new(io::ErrorKind::InvalidInput, why);
    let text = path
        .to_str()
        .ok_or_else(|| refused("its path is not Unicode"))?;
    if text.is_empty() || text.contains('\0') || text.len() >= address.sun_path.len() {
        return Err(refused("its path is no path of a socket"));
    }
    for (place, byte) in address.sun_path.iter_mut().zip(text.bytes()) {
        *place = byte.cast_signed();
    }
    Ok(address)
}

/// Begins the use of sockets, once for the process.
fn started() -> io::Result<()> {
    static STARTED: OnceLock<i32> = OnceLock::new();
    let code = STARTED.get_or_init(|| {
        let mut about = WSADATA::default();
        // SAFETY: one structure is written.
        unsafe { WSAStartup(VERSION, &raw mut about) }
    });
    match code {
        0 => Ok(()),
        code => Err(io::Error::from_raw_os_error(*code)),
    }
}

const fn socket_of(raw: RawSocket) -> SOCKET {
    raw as SOCKET
}

fn last_error() -> io::Error {
    // SAFETY: the call takes nothing.
    io::Error::from_raw_os_error(unsafe { WSAGetLastError() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dial::{Connection, dial};
    use crate::endpoint::Endpoint;
    use crate::events::Recorder;
    use crate::platform::Behaviour;
    use std::io::{Read as _, Write as _};
    use std::time::Duration;
    use windows_sys::Win32::Networking::WinSock::{accept, bind, listen};

    const SOON: Duration = Duration::from_secs(10);
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

    /// Answers one request of one client.
    fn serve(path: &Path) -> std::thread::JoinHandle<()> {
        started().unwrap();
        let (address, listener) = (address(path).unwrap(), socket().unwrap());
        let raw = socket_of(listener.as_raw_socket());
        // SAFETY: the socket is open, and the address has the size that is said.
        let listens = unsafe {
            bind(
                raw,
                (&raw const address).cast(),
                size_of_val(&address) as i32,
            ) == 0
                && listen(raw, 1) == 0
        };
        assert!(listens, "{}", last_error());
        std::thread::spawn(move || {
            let raw = socket_of(listener.as_raw_socket());
            // SAFETY: the socket is open, and nobody wants to know who has come.
            let taken = unsafe { accept(raw, null_mut(), null_mut()) };
            // SAFETY: the socket was just made, and nobody else knows it.
            let mut client = unsafe { std::net::TcpStream::from_raw_socket(taken as RawSocket) };
            let (mut head, mut piece) = (Vec::new(), [0; 1024]);
            while !head.ends_with(b"\r\n\r\n") {
                let length = client.read(&mut piece).unwrap();
                head.extend_from_slice(&piece[..length]);
            }
            client.write_all(ANSWER).unwrap();
        })
    }

    #[tokio::test]
    async fn a_socket_is_dialled_where_there_are_such() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("s");
        let endpoint = Endpoint::Unix(path.clone());
        let nobody = dial(&endpoint, SOON, &Recorder::off()).await;
        assert!(nobody.is_err(), "{nobody:?}");
        if Behaviour::UnixSockets.lacking().is_some() {
            return;
        }
        let server = serve(&path);
        let stream = dial(&endpoint, SOON, &Recorder::off()).await.unwrap();
        assert_eq!(stream.peer_pid(), Some(std::process::id()));
        let mut connection = Connection::over(stream, &endpoint, SOON).await.unwrap();
        assert_eq!(connection.get("/").await.unwrap().text(), "hi");
        server.join().unwrap();
    }

    #[test]
    fn a_path_must_fit() {
        assert!(address(Path::new(&"x".repeat(107))).is_ok());
        assert!(address(Path::new(&"x".repeat(108))).is_err());
        assert!(address(Path::new("")).is_err());
    }
}
