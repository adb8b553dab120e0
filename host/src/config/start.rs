//! Checks what would keep a host from starting although every setting is valid: the files and addresses that settings
//! name are tried.
//!
//! Variables that settings name are not checked: the environment of a check differs from the host's.

use std::error::Error;

use super::file::Config;
use crate::admin::Token;
use crate::http::ServerTls;
use net::{chain, tls};

/// A setting with which the host does not start, and the reason.
pub(super) struct Unfit {
    pub(super) key: &'static str,
    pub(super) why: String,
}

/// Tries the steps of a start. Blocks on the disk.
pub(super) fn try_out(config: &Config) -> Vec<Unfit> {
    let mut unfit = Vec::new();
    let mut add = |key, error: &(dyn Error + 'static)| unfit.push(Unfit { key, why: chain(error) });
    if let Err(error) = config.auth.check_listen(config.http.listen) {
        add("http.listen", &error);
    }
    if let Some(Err(error)) = config.http.tls.clone().map(ServerTls::open) {
        add(error.key(), &error);
    }
    if let Some(Err(error)) = config.admin.token_file.as_deref().map(Token::read) {
        add("admin.token-file", &error);
    }
    let trusted = [("http-client.ca-file", &config.egress.http_client.ca_file), ("auth.ca-file", &config.auth.ca_file)];
    for (key, file) in trusted {
        let tls = file.clone().map(|file| tls::Tls::new(Some(file), key));
        if let Some(Err(error)) = tls.map(|tls| tls.config()) {
            add(key, &error);
        }
    }
    unfit
}
