//! Decides who is let in: known access keys, right signatures of both versions, fresh timestamps,
//! new nonces. What the caller may then do is not restricted: there are no RAM policies here.

use std::collections::{HashMap, HashSet, VecDeque};

use ecs_api::sign::{v1, v3};
use ecs_api::{ApiError, SignatureError};

use crate::refuse;
use crate::request::{Call, Scheme, Wire};
use crate::time::Moment;

/// How far the timestamp of a request may be from now, in milliseconds: fifteen minutes.
const WINDOW_MS: i64 = 15 * 60 * 1000;
/// How many nonces are remembered at most.
const NONCES: usize = 200_000;

/// The secret half of a key, and what comes with a temporary one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key {
    pub(crate) secret: String,
    pub(crate) session: Option<Session>,
}

/// A key that STS made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) expires: Moment,
}

/// The keeper of the gate.
#[derive(Debug)]
pub(crate) struct Gate {
    keys: HashMap<String, Key>,
    check_timestamps: bool,
    seen: HashSet<String>,
    order: VecDeque<(Moment, String)>,
}

impl Gate {
    pub(crate) fn new(keys: Vec<(String, String)>, check_timestamps: bool) -> Self {
        let keys = keys
            .into_iter()
            .map(|(id, secret)| {
                (
                    id,
                    Key {
                        secret,
                        session: None,
                    },
                )
            })
            .collect();
        Self {
            keys,
            check_timestamps,
            seen: HashSet::new(),
            order: VecDeque::new(),
        }
    }

    /// Lets the request in and names the access key it used. `sessions` knows the temporary keys.
    ///
    /// # Errors
    /// The service's refusal.
    pub(crate) fn admit(
        &mut self,
        wire: &Wire,
        call: &Call,
        now: Moment,
        sessions: impl FnOnce(&str) -> Option<Key>,
    ) -> Result<String, ApiError> {
        let presented = Presented::read(wire, call)?;
        let key = match self.keys.get(&presented.key_id) {
            Some(key) => key.clone(),
            None => sessions(&presented.key_id).ok_or_else(|| {
                refuse::not_found(
                    "InvalidAccessKeyId.NotFound",
                    "Specified access key is not found.",
                )
            })?,
        };
        if self.check_timestamps {
            let sent = Moment::parse(&presented.timestamp).ok_or_else(|| {
                refuse::bad(
                    "IllegalTimestamp",
                    "The specified timestamp is not of the form YYYY-MM-DDThh:mm:ssZ.",
                )
            })?;
            if (sent.as_millis() - now.as_millis()).abs() > WINDOW_MS {
                return Err(refuse::bad(
                    "IllegalTimestamp",
                    "The specified timestamp is expired or lies in the future.",
                ));
            }
        }
        let verified = match call.scheme {
            Scheme::V1 => v1::verify(&wire.method, &call.params, &key.secret),
            Scheme::V3 => {
                let header = wire.header("authorization").unwrap_or_default();
                v3::Authorization::parse(header).and_then(|authorization| {
                    let request = v3::Request {
                        method: &wire.method,
                        path: &wire.path,
                        query: &wire.query,
                        body: &wire.body,
                    };
                    v3::verify(request, &wire.headers, &authorization, &key.secret)
                })
            }
        };
        verified.map_err(refuse_signature)?;
        if let Some(session) = &key.session {
            check_session(session, presented.token.as_deref(), now)?;
        }
        self.take_nonce(&presented, now)?;
        Ok(presented.key_id)
    }

    fn take_nonce(&mut self, presented: &Presented, now: Moment) -> Result<(), ApiError> {
        while let Some((time, _)) = self.order.front() {
            if now.as_millis() - time.as_millis() <= 2 * WINDOW_MS && self.order.len() < NONCES {
                break;
            }
            if let Some((_, nonce)) = self.order.pop_front() {
                self.seen.remove(&nonce);
            }
        }
        let nonce = format!("{} {}", presented.key_id, presented.nonce);
        if !self.seen.insert(nonce.clone()) {
            return Err(refuse::bad(
                "SignatureNonceUsed",
                "Specified signature nonce was used already.",
            ));
        }
        self.order.push_back((now, nonce));
        Ok(())
    }
}

/// What a request says of itself.
struct Presented {
    key_id: String,
    timestamp: String,
    nonce: String,
    token: Option<String>,
}

impl Presented {
    fn read(wire: &Wire, call: &Call) -> Result<Self, ApiError> {
        let (key_id, timestamp, nonce, token);
        match call.scheme {
            Scheme::V1 => {
                let given = |name| {
                    call.param(name)
                        .filter(|v| !v.is_empty())
                        .ok_or_else(|| refuse::missing(name))
                };
                key_id = given("AccessKeyId")?;
                given("Signature")?;
                timestamp = given("Timestamp")?;
                nonce = given("SignatureNonce")?;
                token = call.param("SecurityToken");
                let method = call.param("SignatureMethod").unwrap_or("HMAC-SHA1");
                if !method.eq_ignore_ascii_case("HMAC-SHA1") {
                    return Err(incomplete("SignatureMethod must be HMAC-SHA1"));
                }
            }
            Scheme::V3 => {
                let given = |name| {
                    wire.header(name)
                        .filter(|v| !v.is_empty())
                        .ok_or_else(|| refuse::missing(name))
                };
                let header = given("authorization")?;
                key_id = v3::Authorization::parse(header)
                    .map_err(refuse_signature)?
                    .credential;
                timestamp = given("x-acs-date")?;
                nonce = given("x-acs-signature-nonce")?;
                token = wire.header("x-acs-security-token");
            }
        }
        Ok(Self {
            key_id: key_id.to_owned(),
            timestamp: timestamp.to_owned(),
            nonce: nonce.to_owned(),
            token: token.map(str::to_owned),
        })
    }
}

fn check_session(session: &Session, token: Option<&str>, now: Moment) -> Result<(), ApiError> {
    if token != Some(session.token.as_str()) {
        return Err(refuse::bad(
            "InvalidSecurityToken.MismatchWithAccessKey",
            "Specified SecurityToken mismatch with the AccessKey.",
        ));
    }
    if now >= session.expires {
        return Err(refuse::bad(
            "InvalidSecurityToken.Expired",
            "Specified SecurityToken is expired.",
        ));
    }
    Ok(())
}

fn incomplete(why: &str) -> ApiError {
    refuse::bad(
        "IncompleteSignature",
        format!("The request signature does not conform to Aliyun standards: {why}."),
    )
}

fn refuse_signature(error: SignatureError) -> ApiError {
    let mismatch = |signed: &str| {
        refuse::bad(
            "SignatureDoesNotMatch",
            format!(
                "Specified signature is not matched with our calculation. server string to sign is:{signed}"
            ),
        )
    };
    match error {
        SignatureError::Mismatch { string_to_sign } => mismatch(&string_to_sign),
        SignatureError::BodyHash => {
            mismatch("(none: x-acs-content-sha256 is not the hash of the body)")
        }
        SignatureError::Incomplete(what) => incomplete(&format!("it has no usable {what}")),
    }
}
