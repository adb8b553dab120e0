//! One kept HTTP/1.1 connection of the load generator, which never blocks.

use std::io::{self, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::{AsFd, BorrowedFd};

use memchr::memmem;
use rustix::buffer::spare_capacity;
use rustix::io::Errno;

/// Bytes of a response that can at least be read at once.
const READ: usize = 16 * 1024;

/// The header of a merged answer of the host from which providers are missing.
const PARTIAL: &[u8] = b"\r\ninsight-host-partial:";

/// A connection, with at most one request at a time.
pub(crate) struct Connection {
    stream: TcpStream,
    response: Vec<u8>,
}

impl Connection {
    /// Connects.
    ///
    /// # Errors
    ///
    /// Fails if nobody listens.
    pub(crate) fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_nonblocking(true)?;
        Ok(Self { stream, response: Vec::with_capacity(READ) })
    }

    /// Sends a request.
    ///
    /// # Errors
    ///
    /// Fails if the connection is closed.
    pub(crate) fn send(&mut self, request: &[u8]) -> io::Result<()> {
        self.response.clear();
        self.stream.write_all(request)
    }

    /// Reads what has come. Returns whether the response is complete, and is the expected one.
    ///
    /// # Errors
    ///
    /// Fails if the connection is closed, or if the response is another one.
    pub(crate) fn receive(&mut self, expected: &[u8]) -> Result<bool, String> {
        self.response.reserve(READ);
        match rustix::io::read(&self.stream, spare_capacity(&mut self.response)) {
            Ok(0) => return Err("the connection was closed".into()),
            Ok(_) => {}
            Err(Errno::AGAIN) => return Ok(false),
            Err(error) => return Err(error.to_string()),
        }
        let Some(body) = body(&self.response)? else { return Ok(false) };
        if body == expected { Ok(true) } else { Err(format!("another body: {}", String::from_utf8_lossy(body))) }
    }
}

impl AsFd for Connection {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}

/// Returns the body of a response of status 200, once all of it is there.
///
/// # Errors
///
/// Fails if the status is another one, if providers are missing, or if the response does not state its length.
pub(crate) fn body(response: &[u8]) -> Result<Option<&[u8]>, String> {
    let Some(end) = memmem::find(response, b"\r\n\r\n") else { return Ok(None) };
    let (head, body) = (&response[..end], &response[end + 4..]);
    if !head.starts_with(b"HTTP/1.1 200") || memmem::find(head, PARTIAL).is_some() {
        return Err(format!("a failure: {}", String::from_utf8_lossy(response)));
    }
    let length = length(head).ok_or_else(|| format!("no length: {}", String::from_utf8_lossy(head)))?;
    Ok((body.len() >= length).then_some(body))
}

/// Returns the length of the body that a head states.
fn length(head: &[u8]) -> Option<usize> {
    const NAME: &[u8] = b"content-length:";

    let mut lines = head.split(|byte| *byte == b'\n');
    let line = lines.find(|line| line.len() > NAME.len() && line[..NAME.len()].eq_ignore_ascii_case(NAME))?;
    str::from_utf8(&line[NAME.len()..]).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_complete_at_its_stated_length() {
        let response = b"HTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\n\r\n{}";

        assert_eq!(body(response), Ok(Some(&b"{}"[..])));
        assert_eq!(body(&response[..response.len() - 1]), Ok(None));
        assert_eq!(body(&response[..20]), Ok(None));
    }

    #[test]
    fn a_failure_or_a_body_of_unknown_length_is_no_answer() {
        let partial = b"HTTP/1.1 200 OK\r\ninsight-host-partial: copy=late\r\ncontent-length: 0\r\n\r\n";
        assert!(body(partial).is_err());
        assert!(body(b"HTTP/1.1 503 Unavailable\r\ncontent-length: 0\r\n\r\n").is_err());
        assert!(body(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n").is_err());
    }
}
