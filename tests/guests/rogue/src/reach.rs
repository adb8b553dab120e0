//! The use of files, sockets and the environment, which a guest is not given. Each behaviour answers with the outcome.

use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::{env, fs};

use crate::{Answer, said};

/// Reads a file.
pub(crate) fn read_file(path: &str) -> Answer {
    said(outcome(fs::read(path)))
}

/// Lists every directory it can name.
pub(crate) fn list_files() -> Answer {
    let reached = ["/", ".", "..", "/etc", "/proc/self"].iter().filter(|dir| fs::read_dir(dir).is_ok());
    said(format!("{} directories", reached.count()))
}

/// Connects to a port of this machine.
pub(crate) fn connect(port: &str) -> Answer {
    said(outcome(TcpStream::connect(format!("127.0.0.1:{port}"))))
}

/// Listens, by both protocols.
pub(crate) fn bind() -> Answer {
    let (tcp, udp) = (TcpListener::bind("127.0.0.1:0"), UdpSocket::bind("127.0.0.1:0"));
    said(format!("{}, {}", outcome(tcp), outcome(udp)))
}

/// Counts environment variables and arguments.
pub(crate) fn environment() -> Answer {
    said(format!("{} variables, {} arguments", env::vars().count(), env::args().count()))
}

fn outcome<T>(result: Result<T, std::io::Error>) -> &'static str {
    match result.map_err(|error| error.kind()) {
        Ok(_) => "reached",
        Err(ErrorKind::PermissionDenied) => "not permitted",
        Err(_) => "not there",
    }
}
