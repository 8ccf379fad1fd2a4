//! UNIX sockets on Windows. Neither the standard library nor tokio has them there; but tokio asks the system about any socket in the
//! same way, so that one that was made by hand can be handed to it as if it were one of TCP. What only TCP has must not be asked of it.

use socket2::{Domain, SockAddr, SockRef, Socket, Type};
use std::ffi::c_void;
use std::io;
use std::os::windows::io::AsRawSocket as _;
use std::path::Path;
use std::ptr::{null, null_mut};
use tokio::io::Interest;
use tokio::net::TcpStream;
use windows_sys::Win32::Networking::WinSock::{SIO_AF_UNIX_GETPEERPID, SOCKET, WSAIoctl};

/// Clients that may wait to be taken.
const BACKLOG: i32 = 128;

/// Connects, on a thread of its own: the system takes or refuses a connection at once, but does not promise it.
pub(crate) async fn connect(path: &Path) -> io::Result<TcpStream> {
    let path = path.to_owned();
    let connected = tokio::task::spawn_blocking(move || {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.connect(&SockAddr::unix(path)?)?;
        Ok::<_, io::Error>(socket)
    });
    stream(connected.await.map_err(io::Error::other)??)
}

/// The process at the other end.
pub(crate) fn server_pid(stream: &TcpStream) -> Option<u32> {
    let (mut pid, mut length) = (0_u32, 0);
    // SAFETY: the socket is open for the length of the call, and two numbers are written, with the sizes that are said.
    let asked = unsafe {
        WSAIoctl(
            stream.as_raw_socket() as SOCKET,
            SIO_AF_UNIX_GETPEERPID,
            null(),
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

/// A socket that listens. Its path stays when it is dropped.
#[derive(Debug)]
pub(crate) struct Listener(TcpStream);

impl Listener {
    /// Listens at a path at which nothing is. Must be called within a tokio runtime.
    pub(crate) fn bind(path: &Path) -> io::Result<Self> {
        let socket = Socket::new(Domain::UNIX, Type::STREAM, None)?;
        socket.bind(&SockAddr::unix(path)?)?;
        Self::on(socket)
    }

    fn on(bound: Socket) -> io::Result<Self> {
        bound.listen(BACKLOG)?;
        // tokio's own listener wants to know who has come, in the terms of TCP, and gives up those who are somebody else.
        stream(bound).map(Self)
    }

    /// The next client. May be given up and called again.
    pub(crate) async fn accept(&self) -> io::Result<TcpStream> {
        loop {
            self.0.readable().await?;
            let taken = self
                .0
                .try_io(Interest::READABLE, || SockRef::from(&self.0).accept());
            match taken {
                Ok((socket, _)) => return stream(socket),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(error),
            }
        }
    }
}

fn stream(socket: Socket) -> io::Result<TcpStream> {
    socket.set_nonblocking(true)?;
    TcpStream::from_std(socket.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dial::{Connection, dial};
    use crate::endpoint::Endpoint;
    use crate::events::Recorder;
    use crate::peer::{Peer, Reply};
    use crate::platform::Behaviour;
    use std::net::{Ipv4Addr, SocketAddr};
    use std::time::Duration;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    const SOON: Duration = Duration::from_secs(10);

    /// What a listener does is the same for all sockets, so that it is shown where there are no UNIX sockets too.
    #[tokio::test]
    async fn clients_are_taken_one_after_the_other() {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        socket.bind(&any.into()).unwrap();
        let at = socket.local_addr().unwrap().as_socket().unwrap();
        let listener = Listener::on(socket).unwrap();
        let nobody = tokio::time::timeout(Duration::from_millis(50), listener.accept()).await;
        assert!(nobody.is_err());

        for word in [*b"one", *b"two", *b"six"] {
            let (mut client, server) = tokio::join!(TcpStream::connect(at), listener.accept());
            let mut server = server.unwrap();
            client.as_mut().unwrap().write_all(&word).await.unwrap();
            let mut heard = [0; 3];
            server.read_exact(&mut heard).await.unwrap();
            assert_eq!(heard, word);
            server.write_all(&heard).await.unwrap();
            drop(server);
            let mut back = Vec::new();
            client.unwrap().read_to_end(&mut back).await.unwrap();
            assert_eq!(back, word);
        }
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
        let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi".to_vec();
        let off = Recorder::off();
        let peer = Peer::listen(&endpoint, Reply::Answer(answer), &off);
        let peer = peer.await.unwrap();
        let stream = dial(&endpoint, SOON, &off).await.unwrap();
        assert_eq!(stream.peer_pid(), Some(std::process::id()));
        let mut connection = Connection::over(stream, &endpoint, SOON).await.unwrap();
        assert_eq!(connection.get("/").await.unwrap().text(), "hi");
        drop(peer);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn a_path_that_does_not_fit_is_told() {
        let long = "x".repeat(108);
        for path in [long.as_str(), ""] {
            let connected = connect(Path::new(path)).await;
            assert!(connected.is_err(), "{path}");
            assert!(Listener::bind(Path::new(path)).is_err(), "{path}");
        }
    }
}
