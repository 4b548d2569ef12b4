//! Decides how a signed request travels: HTTPS with the platform's trust, time limits, and how a failure of the connection
//! is told from an answer that was lost. Tests put something else in its place.

use std::time::Duration;

use async_trait::async_trait;
use reqwest::Method;

/// A request as it leaves.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    /// The method.
    pub(crate) method: Method,
    /// Scheme, host, port and path.
    pub(crate) url: String,
    /// Headers besides those of HTTP itself.
    pub(crate) headers: Vec<(String, String)>,
    /// The form, or nothing.
    pub(crate) body: String,
}

/// An answer as it came.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// What `x-acs-retry-after` says, in milliseconds on the wire.
    pub(crate) retry_after: Option<Duration>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Clone, Debug)]
pub(crate) enum TransportError {
    /// The request certainly did not arrive.
    NotSent(String),
    /// It may have.
    Lost(String),
}

/// Sends requests.
#[async_trait]
pub(crate) trait Transport: Send + Sync {
    /// Sends one and waits for its answer.
    async fn send(&self, outgoing: Outgoing) -> Result<Answer, TransportError>;
}

/// HTTP by reqwest.
pub(crate) struct Http {
    client: reqwest::Client,
}

impl Http {
    /// With limits for making a connection and for a whole exchange.
    pub(crate) fn new(connect: Duration, exchange: Duration) -> Result<Self, String> {
        // An error means that a provider was installed before, which serves as well.
        let _already_installed = rustls::crypto::ring::default_provider().install_default();
        reqwest::Client::builder()
            .connect_timeout(connect)
            .timeout(exchange)
            .pool_max_idle_per_host(32)
            .user_agent(concat!("cairn/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(|client| Self { client })
            .map_err(|e| chain(&e))
    }
}

#[async_trait]
impl Transport for Http {
    async fn send(&self, outgoing: Outgoing) -> Result<Answer, TransportError> {
        let mut request = self
            .client
            .request(outgoing.method, &outgoing.url)
            .body(outgoing.body);
        for (name, value) in &outgoing.headers {
            request = request.header(name, value);
        }
        let failed = |e: reqwest::Error| {
            let text = chain(&e.without_url());
            (text, ())
        };
        let response = match request.send().await {
            Ok(response) => response,
            Err(e) => {
                let never_left = e.is_connect() || e.is_builder();
                let (text, ()) = failed(e);
                return Err(if never_left {
                    TransportError::NotSent(text)
                } else {
                    TransportError::Lost(text)
                });
            }
        };
        let status = response.status().as_u16();
        let retry_after = response
            .headers()
            .get("x-acs-retry-after")
            .and_then(|v| v.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_millis);
        match response.bytes().await {
            Ok(body) => Ok(Answer {
                status,
                retry_after,
                body: body.to_vec(),
            }),
            Err(e) => Err(TransportError::Lost(failed(e).0)),
        }
    }
}

/// An error with its causes.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(e) = cause {
        let more = e.to_string();
        if !text.contains(&more) {
            text.push_str(": ");
            text.push_str(&more);
        }
        cause = e.source();
    }
    text
}
