//! TLS from a client's side: certificates for one test, and connections of clients that trust them.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, ExtendedKeyUsagePurpose, IsCa, KeyPair};
use tempfile::TempDir;
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{
    ALL_VERSIONS, ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned, SupportedProtocolVersion,
};

use crate::wait::PATIENCE;

/// A certificate authority with its folder, which holds `ca.pem`, and for each name `NAME.pem` and `NAME-key.pem`.
#[derive(Debug)]
pub struct Authority {
    dir: TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    /// Creates a new authority.
    ///
    /// # Panics
    ///
    /// Panics if its files cannot be written.
    #[must_use]
    pub fn new() -> Self {
        let dir = TempDir::new().expect("there is room for a temporary folder");
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, key()).expect("it can be signed");
        fs::write(dir.path().join("ca.pem"), issuer.pem()).expect("the folder is ours");
        Self { dir, issuer }
    }

    /// Issues a certificate for `name`, or a new one, as a server at this machine and as a client.
    pub fn certify(&self, name: &str) {
        self.certify_until(name, (4096, 1, 1));
    }

    /// Issues a certificate that expires on a day: year, month and day.
    ///
    /// # Panics
    ///
    /// Panics if there is no such day.
    pub fn certify_until(&self, name: &str, (year, month, day): (i32, u8, u8)) {
        let mut params = CertificateParams::new(["localhost".to_owned()]).expect("it is a name");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.not_after = rcgen::date_time_ymd(year, month, day);
        let key = key();
        let certificate = params.signed_by(&key, &self.issuer).expect("it can be signed");
        fs::write(self.file(&format!("{name}.pem")), certificate.pem()).expect("the folder is ours");
        fs::write(self.file(&format!("{name}-key.pem")), key.serialize_pem()).expect("the folder is ours");
    }

    /// Returns the path of a file of the folder.
    #[must_use]
    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Returns settings of a host with the certificate of `host`.
    #[must_use]
    pub fn settings(&self) -> String {
        let [certificate, key] = ["host.pem", "host-key.pem"].map(|name| self.file(name));
        format!("[http.tls]\ncertificate = {certificate:?}\nkey = {key:?}\n")
    }

    /// Connects to a host that has a certificate of this authority.
    ///
    /// # Errors
    ///
    /// Fails if one of the two does not trust the other.
    pub fn connect(&self, address: SocketAddr) -> io::Result<TlsWire> {
        self.connect_as(address, None, ALL_VERSIONS)
    }

    /// Connects with the client certificate of `client` and with some of the versions of TLS.
    ///
    /// # Errors
    ///
    /// Fails if one of the two does not trust the other.
    ///
    /// # Panics
    ///
    /// Panics if nobody listens there.
    pub fn connect_as(
        &self,
        address: SocketAddr,
        client: Option<(&Self, &str)>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> io::Result<TlsWire> {
        let mut roots = RootCertStore::empty();
        roots.add(certificate(&self.file("ca.pem"))).expect("it is one");
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
            .with_protocol_versions(versions)
            .expect("the provider has ciphers for both versions")
            .with_root_certificates(roots);
        let mut config = match client {
            None => config.with_no_client_auth(),
            Some((authority, name)) => {
                let key = PrivateKeyDer::from_pem_file(authority.file(&format!("{name}-key.pem"))).expect("it is one");
                let chain = vec![certificate(&authority.file(&format!("{name}.pem")))];
                config.with_client_auth_cert(chain, key).expect("they belong together")
            }
        };
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        let name = ServerName::try_from("localhost").expect("it is a name");
        let mut connection = ClientConnection::new(Arc::new(config), name).map_err(io::Error::other)?;
        let mut socket = TcpStream::connect(address).expect("the host listens");
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        connection.complete_io(&mut socket)?;
        Ok(TlsWire(StreamOwned::new(connection, socket)))
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

fn key() -> KeyPair {
    KeyPair::generate().expect("chance is to be had")
}

fn certificate(path: &Path) -> CertificateDer<'static> {
    CertificateDer::from_pem_file(path).expect("it is one")
}

/// A TLS connection to a host.
#[derive(Debug)]
pub struct TlsWire(StreamOwned<ClientConnection, TcpStream>);

impl TlsWire {
    /// Sends raw bytes, if the host still accepts them.
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) -> &mut Self {
        let _ = self.0.write_all(bytes.as_ref()).and_then(|()| self.0.flush());
        self
    }

    /// Sends these bytes repeatedly, without reading, until the host closes the connection.
    ///
    /// # Panics
    ///
    /// Panics if it does not in good time.
    pub fn flood(&mut self, bytes: &[u8]) {
        loop {
            match self.0.write_all(bytes).and_then(|()| self.0.flush()) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => panic!("the host keeps a flood waiting"),
                Err(_closed) => return,
            }
        }
    }

    /// Reads until the host closes the connection properly, with `close_notify`.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks off, or the host sends an alert.
    pub fn read_to_end(&mut self) -> io::Result<String> {
        let mut bytes = Vec::new();
        self.0.read_to_end(&mut bytes)?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// Requests `/healthz` on a connection that stays open, and returns the answer's body.
    ///
    /// # Errors
    ///
    /// Fails if there is no answer.
    pub fn health(&mut self) -> io::Result<String> {
        self.send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n");
        let mut read = Vec::new();
        let mut byte = [0];
        while !read.ends_with(b"\r\n\r\nok\n") {
            self.0.read_exact(&mut byte)?;
            read.extend(byte);
        }
        Ok("ok\n".to_owned())
    }

    /// Returns the certificate that the host presents.
    ///
    /// # Panics
    ///
    /// Panics if it presents none.
    #[must_use]
    pub fn certificate(&self) -> Vec<u8> {
        self.0.conn.peer_certificates().and_then(<[_]>::first).expect("it shows one").to_vec()
    }

    /// Returns the negotiated version of TLS, and the protocol.
    #[must_use]
    pub fn agreed(&self) -> (Option<ProtocolVersion>, Option<&[u8]>) {
        (self.0.conn.protocol_version(), self.0.conn.alpn_protocol())
    }
}
