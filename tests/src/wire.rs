//! Raw connections, for requests that no HTTP library would send.

use std::io::{self, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::time::Duration;

use crate::wait::PATIENCE;

/// The pause between two bytes of a slow client.
const DRIP: Duration = Duration::from_millis(20);

/// A connection to a host.
#[derive(Debug)]
pub struct Wire(TcpStream);

impl Wire {
    /// Connects.
    ///
    /// # Panics
    ///
    /// Panics if nobody listens.
    #[must_use]
    pub fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the host listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time-out can be set");
        Self(stream)
    }

    /// Sends raw bytes. A connection that the host has closed already is not an error: its answer can
    /// still be read.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.0.write_all(bytes.as_ref());
        self
    }

    /// Half-closes the connection: nothing more will be sent.
    ///
    /// # Panics
    ///
    /// Panics if the connection is gone.
    pub fn send_no_more(&mut self) -> &mut Self {
        self.0.shutdown(Shutdown::Write).expect("it is open");
        self
    }

    /// Sends these bytes repeatedly, without reading, until the host closes the connection, and returns
    /// how often.
    ///
    /// # Panics
    ///
    /// Panics if it does not in good time.
    pub fn flood(&mut self, bytes: &[u8]) -> usize {
        let mut times = 0;
        loop {
            match self.0.write_all(bytes) {
                Ok(()) => times += 1,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => panic!("the host keeps a flood waiting"),
                Err(_closed) => return times,
            }
        }
    }

    /// Sends these bytes one by one, repeatedly, until the host closes the connection, and returns its
    /// answer.
    #[must_use]
    pub fn drip(&mut self, bytes: &[u8]) -> String {
        self.0.set_read_timeout(Some(DRIP)).expect("a time-out can be set");
        let mut said = Vec::new();
        for byte in bytes.iter().cycle() {
            let _ = self.0.write_all(&[*byte]);
            let mut block = [0; 1_024];
            match self.0.read(&mut block) {
                Ok(0) => break,
                Ok(length) => said.extend_from_slice(&block[..length]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(_closed) => break,
            }
        }
        String::from_utf8_lossy(&said).into_owned()
    }

    /// Sends bytes, and returns whether the host still accepted them.
    pub fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).is_ok()
    }

    /// Clones the connection, for another thread.
    ///
    /// # Panics
    ///
    /// Panics if the system has no descriptor left.
    #[must_use]
    pub fn again(&self) -> Self {
        Self(self.0.try_clone().expect("a descriptor can be had"))
    }

    /// Reads until the host closes the connection.
    ///
    /// # Panics
    ///
    /// Panics if it does not in good time.
    #[must_use]
    pub fn read_to_end(&mut self) -> String {
        let mut bytes = Vec::new();
        match self.0.read_to_end(&mut bytes) {
            Ok(_) => {}
            // The host closed with some of our bytes unread: its answer has arrived all the same.
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => {}
            Err(error) => panic!("the host did not close the connection: {error}"),
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Reads one answer whose length its head states; the connection stays open.
    ///
    /// # Panics
    ///
    /// Panics if none comes in good time.
    #[must_use]
    pub fn read_answer(&mut self) -> String {
        let mut bytes = Vec::new();
        let head = loop {
            bytes.push(self.byte());
            if bytes.ends_with(b"\r\n\r\n") {
                break String::from_utf8_lossy(&bytes).into_owned();
            }
        };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
        });
        let body: Vec<u8> = (0..length.unwrap_or(0)).map(|_| self.byte()).collect();
        head + &String::from_utf8_lossy(&body)
    }

    fn byte(&mut self) -> u8 {
        let mut byte = [0];
        self.0.read_exact(&mut byte).expect("the host answers");
        byte[0]
    }
}
