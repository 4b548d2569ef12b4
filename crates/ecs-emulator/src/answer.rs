//! Decides what goes back for one request, without a socket: before it is carried out, because of
//! what it is, who sends it or a fault; and after.

use std::time::Instant;

use ecs_api::{ApiError, Product};

use crate::control;
use crate::core::Core;
use crate::dispatch;
use crate::faults::Verdict;
use crate::request::{Call, Format, Wire};
use crate::request_log::LogEntry;
use crate::xml;

pub(crate) const JSON: &str = "application/json;charset=utf-8";
pub(crate) const XML: &str = "text/xml;charset=utf-8";

/// What is sent.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// The content type.
    pub(crate) kind: &'static str,
    /// Value of the header `x-acs-retry-after`, in milliseconds.
    pub(crate) retry_after: Option<u64>,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn new(status: u16, kind: &'static str, body: Vec<u8>) -> Self {
        Self {
            status,
            kind,
            retry_after: None,
            body,
        }
    }
}

/// A call that was let in, and what the faults have in mind for it.
#[derive(Debug)]
pub(crate) struct Admitted {
    call: Call,
    product: Product,
    caller: String,
    pub(crate) verdict: Verdict,
}

/// Answers at once what goes to the control path or is refused, and lets in the rest.
///
/// # Errors
/// The reply to what is not let in.
pub(crate) fn admit(core: &mut Core, started: Instant, wire: &Wire) -> Result<Admitted, Reply> {
    if let Some(path) = wire.path.strip_prefix(control::PREFIX) {
        let (status, kind, body) = control::handle(core, &wire.method, path, &wire.body);
        return Err(Reply::new(status, kind, body));
    }
    let call = wire.call();
    let admitted = match Core::no_such_call(&wire.method, &wire.path) {
        Some(error) => Err(error),
        None => core.admit(wire, &call),
    };
    match admitted {
        Ok((product, caller, verdict)) => Ok(Admitted {
            call,
            product,
            caller,
            verdict,
        }),
        Err(error) => Err(refuse(core, started, wire, &call, error)),
    }
}

/// Carries out what was let in. `None`: the connection is to be closed without an answer.
pub(crate) fn carry_out(
    core: &mut Core,
    started: Instant,
    wire: &Wire,
    admitted: Admitted,
) -> Option<Reply> {
    let Admitted {
        call,
        product,
        caller,
        mut verdict,
    } = admitted;
    if verdict.drop_before {
        log(core, started, &call, 0, "", "");
        return None;
    }
    if let Some((error, retry_after)) = verdict.refuse.take() {
        let mut reply = refuse(core, started, wire, &call, error);
        reply.retry_after = retry_after;
        return Some(reply);
    }
    let request_id = core.next_request_id();
    let result = core.perform(product, &call, caller, &request_id, &verdict);
    if verdict.drop_after {
        log(core, started, &call, 0, "", &request_id);
        return None;
    }
    Some(match result.and_then(|json| write(product, &call, json)) {
        Ok((kind, body)) => {
            log(core, started, &call, 200, "", &request_id);
            Reply::new(200, kind, body)
        }
        Err(error) => refuse(core, started, wire, &call, error),
    })
}

/// The body in the form that the call wants.
fn write(
    product: Product,
    call: &Call,
    json: Vec<u8>,
) -> Result<(&'static str, Vec<u8>), ApiError> {
    match call.format {
        Format::Json => Ok((JSON, json)),
        Format::Xml => {
            let action = dispatch::spelling(product, &call.action).unwrap_or(&call.action);
            xml::document(action, &json)
                .map(|text| (XML, text))
                .map_err(|error| dispatch::internal(&error))
        }
    }
}

/// Completes and logs an error.
pub(crate) fn refuse(
    core: &mut Core,
    started: Instant,
    wire: &Wire,
    call: &Call,
    mut error: ApiError,
) -> Reply {
    error.request_id = core.next_request_id();
    wire.header("host")
        .unwrap_or("127.0.0.1")
        .clone_into(&mut error.host_id);
    if error.recommend.is_empty() {
        error.recommend = format!(
            "https://api.aliyun.com/troubleshoot?q={}&product=Ecs",
            error.code
        );
    }
    log(
        core,
        started,
        call,
        error.status,
        &error.code,
        &error.request_id,
    );
    Reply::new(error.status, JSON, error.to_body())
}

fn log(core: &mut Core, started: Instant, call: &Call, status: u16, code: &str, request_id: &str) {
    let entry = LogEntry {
        time: core.now().to_millis_text(),
        action: call.action.clone(),
        version: call.version.clone(),
        status,
        code: code.to_owned(),
        request_id: request_id.to_owned(),
        duration_ms: (started.elapsed().as_secs_f64() * 1e6).round() / 1e3,
    };
    core.record(entry, &call.params);
}
