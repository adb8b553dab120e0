//! The admin API of a host that is starting, and the way of commands to that of one that runs.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use futures_util::future::Either;
use tokio::net::TcpSocket;
use tracing::{info, warn};

use super::host::{BACKLOG, bind, from_environment};
use crate::admin::{self, Access, AccessError, AdminClient, AdminUrl, Scraped, Settings, Token, TokenError};
use crate::config::state_directory;

/// The admin API cannot be had.
#[derive(Debug, thiserror::Error)]
pub(super) enum AdminError {
    /// Somebody else listens there, or it is no address of this machine.
    #[error(
        "failed to listen at {address} for the admin API; is another host there? \
         `--admin-listen 127.0.0.1:0` takes any free port, `--admin-listen off` goes without"
    )]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    /// Nothing opens it.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The command line could not find it, and with it nobody the token.
    #[error(
        "the token of the admin API has no place; set `admin.token-file` to one of your own, or `admin.listen` to `off`"
    )]
    NoPlace(#[source] AccessError),
    /// There is no folder for it.
    #[error("none of the variables XDG_RUNTIME_DIR, XDG_STATE_HOME and HOME names a folder of this user")]
    NoFolder,
    /// No running host is the one that was meant.
    #[error(transparent)]
    Unfound(#[from] AccessError),
}

/// The way into a host that is starting: its address, taken, and what opens it.
pub(super) struct AdminListener(Option<Closed>);

struct Closed {
    address: SocketAddr,
    socket: TcpSocket,
    token: Token,
    token_file: Option<PathBuf>,
    /// Where the command line looks for it.
    folder: Option<PathBuf>,
}

impl AdminListener {
    /// Takes the address without listening yet, and has the token ready.
    ///
    /// # Errors
    ///
    /// Fails if either is not to be had, or nobody would find the token.
    pub(super) fn take(settings: &Settings) -> Result<Self, AdminError> {
        let Some(address) = settings.listen else { return Ok(Self(None)) };
        let token_file = settings.token_file.clone();
        let token = token_file.as_deref().map_or_else(Token::fresh, Token::read)?;
        token_file.iter().for_each(|file| Token::warn_of_readers(file));
        let prepare = |dir: PathBuf| Access::prepare(&dir).map(|()| dir).map_err(AdminError::NoPlace);
        let folder = match folder().and_then(prepare) {
            Ok(dir) => Some(dir),
            // Whoever gave the file knows the token.
            Err(error) if token_file.is_some() => {
                warn!(error = &error as &dyn std::error::Error, "commands find the admin API by `--admin` only");
                None
            }
            Err(error) => return Err(error),
        };
        let socket = bind(address).map_err(|source| AdminError::Listen { address, source })?;
        Ok(Self(Some(Closed { address, socket, token, token_file, folder })))
    }

    /// The address that it takes, which plugins are kept from.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.0.as_ref().and_then(|closed| closed.socket.local_addr().ok())
    }

    /// Listens, and leaves word of it to the command line. Answers for as long as what is returned is polled.
    ///
    /// # Errors
    ///
    /// Fails if the address is taken after all, or the word cannot be left.
    pub(super) fn open(self, scraped: Scraped) -> Result<impl Future<Output = Infallible>, AdminError> {
        let Some(closed) = self.0 else { return Ok(Either::Left(pending())) };
        let Closed { address, socket, token, token_file, folder } = closed;
        let fails = |source| AdminError::Listen { address, source };
        let listener = socket.listen(BACKLOG).map_err(fails)?;
        let address = listener.local_addr().map_err(fails)?;
        let access = Access { address, token };
        let publish = |dir: &PathBuf| access.publish(dir, token_file.as_deref());
        let published = folder.as_ref().map(publish).transpose().map_err(AdminError::NoPlace)?;
        info!(%address, "admin API listening");
        if !address.ip().is_loopback() {
            warn!(%address, "the admin API can be reached from outside, and its token is sent unencrypted");
        }
        Ok(Either::Right(async move {
            let serving = admin::serve(listener, address, access.token, scraped);
            // Dropped before the listener is: the file that is removed is never that of the host which listens next.
            let _published = published;
            serving.await
        }))
    }
}

/// Finds a running host: the one at `url`, or the only one that this user runs. Whoever names the file with the token
/// names the address too.
///
/// # Errors
///
/// Fails if there is none, or a choice.
pub(super) fn client(url: Option<AdminUrl>, token_file: Option<PathBuf>) -> Result<AdminClient, AdminError> {
    let access = match (url, token_file) {
        (Some(url), Some(token_file)) => return Ok(AdminClient::new(url, Token::read(&token_file)?)),
        (Some(url), None) => {
            let address = url.address().ok_or(AccessError::None)?;
            Access::find(&folder()?, Some(address))?
        }
        (None, _) => Access::find(&folder()?, None)?,
    };
    Ok(AdminClient::of(access))
}

/// Where hosts leave word of themselves.
fn folder() -> Result<PathBuf, AdminError> {
    from_environment("XDG_RUNTIME_DIR")
        .map(|dir| dir.join("insight-host"))
        .or_else(state_directory)
        .ok_or(AdminError::NoFolder)
}
