//! The admin API of a starting host, and how commands find that of a running one.

use std::convert::Infallible;
use std::future::pending;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use futures_util::future::Either;
use tokio::net::TcpSocket;
use tokio::task::spawn_blocking;
use tokio::time::sleep;
use tracing::{info, warn};

use super::host::{BACKLOG, bind, from_environment};
use crate::admin::{
    self, Access, AccessError, AdminClient, AdminUrl, CurrentToken, Published, Scraped, Settings, Token, TokenError,
};
use crate::config::state_directory;
use crate::http::listen_remedy;
use net::chain;

/// The time between looks at the file by which commands find the admin API.
const LOOK: Duration = Duration::from_secs(5);

/// A failure to start the admin API, or to find that of a running host.
#[derive(Debug, thiserror::Error)]
pub(super) enum AdminError {
    /// The address is in use, or is not an address of this machine.
    #[error(
        "failed to listen at {address} for the admin API; {}; `--admin-listen 127.0.0.1:0` takes any free port, \
         `--admin-listen off` disables the admin API",
        listen_remedy(source)
    )]
    Listen {
        address: SocketAddr,
        #[source]
        source: io::Error,
    },
    /// The token cannot be read or generated.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The file that tells commands the address and the token cannot be written.
    #[error(
        "failed to store the admin API's token; set `admin.token-file` to a file of yours, or `admin.listen` to `off`"
    )]
    NoPlace(#[source] AccessError),
    /// The environment names no folder for that file.
    #[error(
        "there is no folder in which commands find a running host, because none of the variables XDG_RUNTIME_DIR, \
         XDG_STATE_HOME and HOME is set; set one of them. Without, a host needs `admin.token-file` and \
         `state.directory` (either may be disabled: `admin.listen` and `state.directory` take `off`), and a command \
         `--admin` and `--token-file`"
    )]
    NoFolder,
    /// The running host that a command needs cannot be determined.
    #[error(transparent)]
    Unfound(#[from] AccessError),
}

/// The admin API of a starting host, with its bound address and its token, if the settings have one.
pub(super) struct AdminListener(Option<Closed>);

struct Closed {
    address: SocketAddr,
    socket: TcpSocket,
    token: CurrentToken,
    token_file: Option<PathBuf>,
    /// The folder in which commands look for the address and the token.
    folder: Option<PathBuf>,
}

impl AdminListener {
    /// Binds the address without listening yet, and reads or generates the token.
    ///
    /// # Errors
    ///
    /// Fails if the address cannot be bound, or if commands could not find the token.
    pub(super) fn take(settings: &Settings) -> Result<Self, AdminError> {
        let Some(address) = settings.listen else { return Ok(Self(None)) };
        let token_file = settings.token_file.clone();
        let token = token_file.as_deref().map_or_else(Token::fresh, Token::read)?;
        token_file.iter().for_each(|file| Token::warn_of_readers(file));
        let prepare = |dir: PathBuf| Access::prepare(&dir).map(|()| dir).map_err(AdminError::NoPlace);
        let folder = match folder().and_then(prepare) {
            Ok(dir) => Some(dir),
            // The operator who set the token file can name it to commands.
            Err(error) if token_file.is_some() => {
                warn!(error = %chain(&error), "commands find the admin API only with `--admin`");
                None
            }
            Err(error) => return Err(error),
        };
        let socket = bind(address).map_err(|source| AdminError::Listen { address, source })?;
        let token = CurrentToken::new(token);
        Ok(Self(Some(Closed { address, socket, token, token_file, folder })))
    }

    /// Returns the token, if there is an admin API.
    pub(super) fn token(&self) -> Option<CurrentToken> {
        self.0.as_ref().map(|closed| closed.token.clone())
    }

    /// Returns the bound address, which plugins must not reach.
    pub(super) fn address(&self) -> Option<SocketAddr> {
        self.0.as_ref().and_then(|closed| closed.socket.local_addr().ok())
    }

    /// Listens, and publishes the address and the token to commands. Serves requests while the future is polled.
    ///
    /// # Errors
    ///
    /// Fails if the address was taken in the meantime, or the file for commands cannot be written.
    pub(super) fn open(self, scraped: Scraped) -> Result<impl Future<Output = Infallible>, AdminError> {
        let Some(closed) = self.0 else { return Ok(Either::Left(pending())) };
        let Closed { address, socket, token, token_file, folder } = closed;
        let fails = |source| AdminError::Listen { address, source };
        let listener = socket.listen(BACKLOG).map_err(fails)?;
        let address = listener.local_addr().map_err(fails)?;
        let access = Access { address, token: Token::clone(&token.get()) };
        let publish = |dir: &PathBuf| access.publish(dir, token_file.as_deref());
        let published = folder.as_ref().map(publish).transpose().map_err(AdminError::NoPlace)?;
        info!(%address, "admin API listening");
        if !address.ip().is_loopback() {
            warn!(%address, "the admin API is reachable from other machines, and its token is sent unencrypted");
        }
        Ok(Either::Right(async move {
            let serving = admin::serve(listener, address, token, scraped);
            tokio::select! {
                // Dropped before the listener: the file that this removes is never that of the next host at this address.
                never = keep_published(access, folder, token_file, published) => match never {},
                never = serving => never,
            }
        }))
    }
}

/// Publishes the address and the token again whenever their file is gone.
async fn keep_published(
    access: Access,
    folder: Option<PathBuf>,
    token_file: Option<PathBuf>,
    mut published: Option<Published>,
) -> Infallible {
    let Some(dir) = folder else { return pending().await };
    let mut is_told = false;
    loop {
        sleep(LOOK).await;
        let (access, dir, token_file) = (access.clone(), dir.clone(), token_file.clone());
        let looking = spawn_blocking(move || {
            if published.as_ref().is_some_and(Published::is_there) {
                return published;
            }
            let again = Access::prepare(&dir).and_then(|()| access.publish(&dir, token_file.as_deref()));
            match again {
                Ok(again) => {
                    warn!(folder = %dir.display(), "the file by which commands find the admin API was gone: it is made again");
                    Some(again)
                }
                Err(error) => {
                    if !is_told {
                        warn!(error = %chain(&error), "commands do not find the admin API, unless `--admin` names it");
                    }
                    None
                }
            }
        });
        published = looking.await.expect("looking does not panic");
        is_told = published.is_none();
    }
}

/// Finds a running host: the one at `url`, or the only one that this user runs. A token file comes with a URL only.
///
/// # Errors
///
/// Fails if no host runs, or if several do and `url` is absent.
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

/// Returns the folder in which running hosts publish their address and token.
fn folder() -> Result<PathBuf, AdminError> {
    from_environment("XDG_RUNTIME_DIR")
        .map(|dir| dir.join("insight-host"))
        .or_else(state_directory)
        .ok_or(AdminError::NoFolder)
}
