//! The page that shows the OpenAPI document to people: a viewer and nothing else.
//!
//! The page needs no authentication, because a browser cannot send a token for a page. It is the same for every host
//! and holds no data of this one. It requests the document like any other caller, with the token or key that the user
//! enters.

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderValue, Response};
use axum::routing::get;

use super::route::named;

/// The content security policy of the page: it may load resources of this host only, and no inline scripts.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A file of the page.
struct PageFile {
    path: &'static str,
    kind: &'static str,
    is_compressed: bool,
    bytes: &'static [u8],
}

/// The files of the page. Those of the viewer are stored compressed, which every browser accepts.
static FILES: [PageFile; 5] = [
    PageFile {
        path: "/api/docs",
        kind: "text/html; charset=utf-8",
        is_compressed: false,
        bytes: include_bytes!("../../assets/docs/index.html"),
    },
    PageFile {
        path: "/api/docs/page.css",
        kind: "text/css; charset=utf-8",
        is_compressed: false,
        bytes: include_bytes!("../../assets/docs/page.css"),
    },
    PageFile {
        path: "/api/docs/page.js",
        kind: "text/javascript; charset=utf-8",
        is_compressed: false,
        bytes: include_bytes!("../../assets/docs/page.js"),
    },
    PageFile {
        path: "/api/docs/swagger-ui.css",
        kind: "text/css; charset=utf-8",
        is_compressed: true,
        bytes: include_bytes!("../../assets/swagger-ui/swagger-ui.css.gz"),
    },
    PageFile {
        path: "/api/docs/swagger-ui-bundle.js",
        kind: "text/javascript; charset=utf-8",
        is_compressed: true,
        bytes: include_bytes!("../../assets/swagger-ui/swagger-ui-bundle.js.gz"),
    },
];

/// The routes of the page.
pub(super) fn routes() -> Router {
    FILES
        .iter()
        .fold(Router::new(), |router, file| router.route(file.path, named("docs", get(async move || file.response()))))
}

impl PageFile {
    fn response(&self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.bytes));
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.kind));
        headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        if self.is_compressed {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use super::*;

    #[test]
    fn the_viewer_is_the_one_whose_provenance_is_known() {
        let provenance = include_str!("../../assets/swagger-ui/PROVENANCE.md");

        for file in FILES.iter().filter(|file| file.is_compressed) {
            let digest: String = Sha256::digest(file.bytes).iter().map(|byte| format!("{byte:02x}")).collect();

            assert!(provenance.contains(&digest), "{}", file.path);
        }
    }

    #[test]
    fn our_part_of_the_page_asks_nobody_else() {
        for file in FILES.iter().filter(|file| !file.is_compressed) {
            let text = str::from_utf8(file.bytes).expect("it is text");

            assert!(!text.contains("http://") && !text.contains("https://"), "{}", file.path);
        }
        // The policy blocks other requests that the viewer might make.
        assert!(POLICY.contains("default-src 'none'") && POLICY.contains("connect-src 'self'"));
    }
}
