//! Decides how one operation is asked for: signed, paced, sent, sent again where that makes sense, and its answer read.
//! Which operations are asked for is decided in `resource` and `data`.
//!
//! ```text
//! send(op) ─ validate ─ sign (ecs-api) ─ throttle ─ Transport ─ answer │ retry::decide ─┐
//!              ▲                                                                          │ again, same or new token
//!              └──────────────────────────────────────────────────────────────────────────┘
//! ```

mod error;
mod keys;
#[cfg(test)]
mod keys_tests;
mod retry;
mod throttle;
mod together;
mod trace;
mod transport;

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use ecs_api::{
    ApiError, Credentials, Operation, OperationInfo, Product, Timestamp, decode_response,
    page::Paged, rules::Profile, sign, to_params,
};
use reqwest::Method;
use tokio::time::Instant;

pub(crate) use error::ClientError;
pub(crate) use keys::{IdentityToken, Metadata, Role, Source};
pub(crate) use retry::Policy;
use retry::{Decision, Failure};
use throttle::Throttle;
use transport::Outgoing;
#[cfg(test)]
pub(crate) use transport::{Answer, Outgoing as Asked};
pub(crate) use transport::{Http, Transport, TransportError};

/// Where randomness comes from: sixteen bytes at each call, for nonces and pauses. Tests give a counter.
pub type RandomSource = Arc<dyn Fn() -> [u8; 16] + Send + Sync>;

/// How many requests of one read are under way at a time.
const FAN_OUT: usize = 8;

/// Where each product is reached: URLs without a trailing slash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoints {
    pub(crate) ecs: String,
    pub(crate) vpc: String,
    pub(crate) sts: String,
    pub(crate) resource_manager: String,
}

impl Endpoints {
    fn of(&self, product: Product) -> &str {
        match product {
            Product::Ecs => &self.ecs,
            Product::Vpc => &self.vpc,
            Product::Sts => &self.sts,
            Product::ResourceManager => &self.resource_manager,
        }
    }
}

/// How requests are signed. All products that there are here take both versions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Signature {
    /// HMAC-SHA1 over the parameters.
    #[default]
    V1,
    /// HMAC-SHA256 over headers and body.
    V3,
}

/// What a client is made of.
pub(crate) struct Setup {
    /// Sends requests.
    pub(crate) transport: Arc<dyn Transport>,
    /// Where each product is reached.
    pub(crate) endpoints: Endpoints,
    /// Where the keys come from.
    pub(crate) source: Source,
    /// The version of signatures.
    pub(crate) signature: Signature,
    /// The region that is asked about.
    pub(crate) region: String,
    /// What a request may cost.
    pub(crate) policy: Policy,
    /// The documents by which requests are checked.
    pub(crate) rules: Profile,
    /// Nonces and pauses.
    pub(crate) random: RandomSource,
}

struct Inner {
    transport: Arc<dyn Transport>,
    endpoints: Endpoints,
    source: Source,
    /// The keys that were fetched last.
    kept: tokio::sync::Mutex<Option<keys::Kept>>,
    signature: Signature,
    region: String,
    policy: Policy,
    rules: Profile,
    throttle: Throttle,
    together: together::Together<serde_json::Value>,
    random: RandomSource,
}

/// Asks for operations in one region, with one key. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Client(Arc<Inner>);

impl Client {
    pub(crate) fn new(setup: Setup) -> Self {
        Self(Arc::new(Inner {
            transport: setup.transport,
            endpoints: setup.endpoints,
            source: setup.source,
            kept: tokio::sync::Mutex::default(),
            signature: setup.signature,
            region: setup.region,
            policy: setup.policy,
            rules: setup.rules,
            throttle: Throttle::default(),
            together: together::Together::default(),
            random: setup.random,
        }))
    }

    /// One that asks in the same way with these keys.
    fn signing_with(&self, keys: Credentials) -> Self {
        let own = &self.0;
        Self::new(Setup {
            transport: own.transport.clone(),
            endpoints: own.endpoints.clone(),
            source: Source::Given(keys),
            signature: own.signature,
            region: own.region.clone(),
            policy: own.policy,
            rules: own.rules,
            random: own.random.clone(),
        })
    }

    /// The region.
    pub(crate) fn region(&self) -> String {
        self.0.region.clone()
    }

    /// The documents by which requests are checked.
    pub(crate) fn rules(&self) -> Profile {
        self.0.rules
    }

    /// Asks for an operation and gives its answer, after as many attempts as it takes and the policy allows.
    pub(crate) async fn send<O: Operation>(
        &self,
        operation: &O,
    ) -> Result<O::Response, ClientError> {
        let info = OperationInfo {
            action: O::ACTION,
            product: O::PRODUCT,
            retry: O::RETRY,
        };
        if let Err(error) = operation.validate() {
            let action = info.action;
            return Err(ClientError::Invalid { action, error });
        }
        let params = to_params(operation);
        self.exchange(info, params, decode_response::<O::Response>)
            .await
    }

    /// Asks for an operation by its parameters alone, and gives its answer as it came. For types that are described as data.
    pub(crate) async fn send_params(
        &self,
        info: OperationInfo,
        params: Vec<(String, String)>,
    ) -> Result<serde_json::Value, ClientError> {
        self.exchange(info, params, |body| serde_json::from_slice(body))
            .await
    }

    async fn exchange<T>(
        &self,
        info: OperationInfo,
        mut params: Vec<(String, String)>,
        decode: impl Fn(&[u8]) -> Result<T, serde_json::Error>,
    ) -> Result<T, ClientError> {
        let action = info.action;
        let base_token = params
            .iter()
            .find(|(name, _)| name == "ClientToken")
            .map(|(_, token)| token.clone());
        let mut generation = 0;
        let start = Instant::now();
        let mut attempt = 0;
        loop {
            attempt += 1;
            trace::asked(action, attempt, &params);
            let answer = self.attempt(info, params.clone()).await;
            let answer = answer.and_then(|body| {
                decode(&body).map_err(|e| Failure::Lost(format!("the answer cannot be read: {e}")))
            });
            let failure = match answer {
                Ok(response) => {
                    self.0.throttle.accepted(action);
                    return Ok(response);
                }
                Err(failure) => failure,
            };
            if let Failure::Refused(error, _) = &failure
                && error.class() == ecs_api::ErrorClass::Throttling
            {
                self.0.throttle.refused(action, Instant::now());
            }
            let decision = retry::decide(
                &self.0.policy,
                info.retry,
                &failure,
                attempt,
                start.elapsed(),
                self.jitter(),
            );
            let pause = match decision {
                Decision::GiveUp => {
                    trace::decided(action, &failure, None);
                    return Err(given_up(action, failure));
                }
                Decision::Same(pause) => pause,
                Decision::NewToken(pause) => {
                    generation += 1;
                    if let Some(base) = &base_token {
                        let token = retry::token_for(base, generation);
                        for (name, value) in &mut params {
                            if name == "ClientToken" {
                                value.clone_from(&token);
                            }
                        }
                    }
                    pause
                }
            };
            trace::decided(action, &failure, Some(pause));
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks for all pages of a long answer, the largest that the API gives.
    pub(crate) async fn all<P: Paged>(&self, mut request: P) -> Result<Vec<P::Item>, ClientError> {
        request.set_largest_page();
        let mut items = Vec::new();
        loop {
            let response = self.send(&request).await?;
            let next = request.next_page(&response);
            items.extend(P::into_items(response));
            match next {
                Some(next) => request = next,
                None => return Ok(items),
            }
        }
    }

    async fn attempt(
        &self,
        info: OperationInfo,
        params: Vec<(String, String)>,
    ) -> Result<Vec<u8>, Failure> {
        let OperationInfo {
            action, product, ..
        } = info;
        let keys = self.keys().await;
        let keys = keys.map_err(|problem| Failure::NoKeys(Box::new(problem)))?;
        let wait = self.0.throttle.reserve(action, Instant::now());
        if !wait.is_zero() {
            trace::paced(action, wait);
            tokio::time::sleep(wait).await;
        }
        let signed = self.signed(action, product, params, &keys);
        let start = Instant::now();
        let answer = match self.0.transport.send(signed).await {
            Ok(answer) => answer,
            Err(error) => {
                let (TransportError::NotSent(reason) | TransportError::Lost(reason)) = &error;
                trace::failed(action, reason, start.elapsed());
                return Err(match error {
                    TransportError::NotSent(reason) => Failure::NotSent(reason),
                    TransportError::Lost(reason) => Failure::Lost(reason),
                });
            }
        };
        if (200..300).contains(&answer.status) {
            trace::answered(action, answer.status, &answer.body, start.elapsed());
            return Ok(answer.body);
        }
        let error = ApiError::from_body(answer.status, &answer.body);
        trace::refused(action, &error, start.elapsed());
        Err(Failure::Refused(Box::new(error), answer.retry_after))
    }

    fn signed(
        &self,
        action: &'static str,
        product: Product,
        params: Vec<(String, String)>,
        keys: &Credentials,
    ) -> Outgoing {
        let nonce = hex(&(self.0.random)());
        let endpoint = self.0.endpoints.of(product);
        let (headers, body) = match self.0.signature {
            Signature::V1 => {
                let signed = sign::v1::sign("POST", action, product, params, keys, &nonce, now());
                (
                    form_headers(action, product),
                    sign::canonical_query(&signed),
                )
            }
            Signature::V3 => {
                let body = sign::canonical_query(&params);
                let request = sign::v3::Request {
                    method: "POST",
                    path: "/",
                    query: "",
                    body: body.as_bytes(),
                };
                let host = endpoint
                    .split_once("://")
                    .map_or(endpoint, |(_, host)| host);
                let headers = sign::v3::sign(
                    request,
                    host,
                    Some(FORM),
                    action,
                    product,
                    keys,
                    &nonce,
                    now(),
                );
                (headers, body)
            }
        };
        Outgoing {
            method: Method::POST,
            url: format!("{endpoint}/"),
            headers,
            body,
        }
    }

    /// Asks for many things at a time, a few under way together, and gives the results in order.
    pub(crate) async fn fan_out<I, T, F, R>(&self, items: Vec<I>, ask: F) -> Vec<T>
    where
        I: Send + 'static,
        T: Send + 'static,
        F: Fn(Self, I) -> R,
        R: Future<Output = T> + Send + 'static,
    {
        let mut results: Vec<Option<T>> = items.iter().map(|_| None).collect();
        let mut waiting = items.into_iter().enumerate();
        let mut running = tokio::task::JoinSet::new();
        loop {
            while running.len() < FAN_OUT {
                let Some((i, item)) = waiting.next() else {
                    break;
                };
                let asked = ask(self.clone(), item);
                running.spawn(async move { (i, asked.await) });
            }
            match running.join_next().await {
                None => break,
                Some(Ok((i, result))) => results[i] = Some(result),
                Some(Err(e)) if e.is_panic() => std::panic::resume_unwind(e.into_panic()),
                Some(Err(_)) => unreachable!("the tasks of this set are never cancelled"),
            }
        }
        results
            .into_iter()
            .map(|r| r.expect("every task has put its result there"))
            .collect()
    }

    fn jitter(&self) -> f64 {
        f64::from((self.0.random)()[0]) / 255.0
    }
}

const FORM: &str = "application/x-www-form-urlencoded";

/// The headers of a request whose parameters, signature or none, are a form.
fn form_headers(action: &str, product: Product) -> Vec<(String, String)> {
    [
        ("content-type", FORM),
        ("accept", "application/json"),
        ("x-acs-action", action),
        ("x-acs-version", product.version()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

fn given_up(action: &'static str, failure: Failure) -> ClientError {
    match failure {
        Failure::Refused(error, _) => ClientError::Refused { action, error },
        Failure::NotSent(reason) => ClientError::NotSent { action, reason },
        Failure::Lost(reason) => ClientError::Lost { action, reason },
        Failure::NoKeys(problem) => ClientError::NoKeys(problem),
    }
}

/// The time, as requests are signed with it.
pub(crate) fn now() -> Timestamp {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs();
    Timestamp::from_unix(seconds as i64)
}

fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |s, b| s + &format!("{b:02x}"))
}

#[cfg(test)]
mod tests;
