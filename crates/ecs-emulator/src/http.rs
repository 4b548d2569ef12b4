//! Decides how requests come in and answers go out over HTTP, on one loopback port: body limits,
//! JSON bodies, dropped connections. What a request does is decided by the core.
//!
//! The first byte of a connection is looked at before HTTP is spoken, because TLS is served on the
//! same port: 0x16 opens a TLS handshake. Without a certificate such a connection is closed.

use std::cell::RefCell;
use std::net::TcpListener as StdListener;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ecs_api::{ApiError, Product};
use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio_rustls::TlsAcceptor;

use crate::control;
use crate::core::Core;
use crate::dispatch;
use crate::request::{Call, Format, Wire};
use crate::request_log::LogEntry;
use crate::xml;

/// The largest body that is read: a RunInstances with all its lists and user data has under 200 KB.
const MAX_BODY: usize = 2 << 20;
const TLS_HANDSHAKE: u8 = 0x16;

/// Something to be done with the core, asked by the handle.
pub(crate) type Job = Box<dyn FnOnce(&mut Core) + Send>;

/// The connection is to be closed without an answer.
#[derive(Debug)]
struct Dropped;

impl std::fmt::Display for Dropped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("dropped by a fault")
    }
}

impl std::error::Error for Dropped {}

/// Serves until the handle is gone. Runs on a thread of its own, which owns everything.
pub(crate) fn run(
    listener: StdListener,
    tls: Option<TlsAcceptor>,
    core: Core,
    jobs: UnboundedReceiver<Job>,
) {
    // Without a runtime nothing can be served; the handle notices that nobody answers.
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    let core = Rc::new(RefCell::new(core));
    let local = tokio::task::LocalSet::new();
    local.block_on(&runtime, serve(listener, tls, Rc::clone(&core), jobs));
    drop(local);
    drop(core.borrow_mut().compact());
}

async fn serve(
    listener: StdListener,
    tls: Option<TlsAcceptor>,
    core: Rc<RefCell<Core>>,
    mut jobs: UnboundedReceiver<Job>,
) {
    let Ok(listener) = TcpListener::from_std(listener) else {
        return;
    };
    loop {
        tokio::select! {
            job = jobs.recv() => match job {
                Some(job) => job(&mut core.borrow_mut()),
                None => return,
            },
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tokio::task::spawn_local(connection(stream, tls.clone(), Rc::clone(&core)));
                }
                // Out of file descriptors, most likely: let some connections end.
                Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
            },
        }
    }
}

async fn connection(stream: TcpStream, tls: Option<TlsAcceptor>, core: Rc<RefCell<Core>>) {
    let mut first = [0];
    if !matches!(stream.peek(&mut first).await, Ok(1)) {
        return;
    }
    drop(stream.set_nodelay(true));
    if first[0] != TLS_HANDSHAKE {
        speak(stream, core).await;
    } else if let Some(tls) = tls
        && let Ok(stream) = tls.accept(stream).await
    {
        speak(stream, core).await;
    }
}

/// Speaks HTTP until the client has had enough.
async fn speak(stream: impl AsyncRead + AsyncWrite + Unpin + 'static, core: Rc<RefCell<Core>>) {
    let service = service_fn(move |request| answer(request, Rc::clone(&core)));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // A connection that broke is the client's business.
    drop(served);
}

async fn answer(
    request: Request<Incoming>,
    core: Rc<RefCell<Core>>,
) -> Result<Response<Full<Bytes>>, Dropped> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let mut wire = Wire {
        method: parts.method.as_str().to_owned(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or("").to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| {
                (
                    name.as_str().to_owned(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect(),
        body: Vec::new(),
    };
    match Limited::new(body, MAX_BODY).collect().await {
        Ok(collected) => wire.body = collected.to_bytes().to_vec(),
        Err(error) if error.is::<LengthLimitError>() => {
            let error = ApiError::new(413, "RequestBodyTooLarge", "The request body is too large.");
            return Ok(finish(
                &core,
                started,
                &wire,
                &wire.call(),
                Err(error),
                None,
            ));
        }
        Err(_) => return Err(Dropped),
    }
    if let Some(path) = wire.path.strip_prefix(control::PREFIX) {
        let (status, body) =
            control::handle(&mut core.borrow_mut(), &wire.method, path, &wire.body);
        return Ok(respond(status, JSON, body));
    }
    let call = wire.call();
    if let Some(error) = Core::no_such_call(&wire.method, &wire.path) {
        return Ok(finish(&core, started, &wire, &call, Err(error), None));
    }
    let admitted = core.borrow_mut().admit(&wire, &call);
    let (product, caller, verdict) = match admitted {
        Ok(admitted) => admitted,
        Err(error) => return Ok(finish(&core, started, &wire, &call, Err(error), None)),
    };
    if verdict.wait_ms > 0 {
        tokio::time::sleep(Duration::from_millis(verdict.wait_ms)).await;
    }
    if verdict.drop_before {
        log(&core, started, &call, 0, "", "");
        return Err(Dropped);
    }
    if let Some((error, retry_after)) = verdict.refuse.clone() {
        return Ok(finish(
            &core,
            started,
            &wire,
            &call,
            Err(error),
            retry_after,
        ));
    }
    let request_id = core.borrow_mut().next_request_id();
    let result = core
        .borrow_mut()
        .perform(product, &call, caller, &request_id, &verdict);
    if verdict.drop_after {
        log(&core, started, &call, 0, "", &request_id);
        return Err(Dropped);
    }
    let result = result
        .and_then(|body| written(product, &call, body))
        .map(|body| (body, request_id));
    Ok(finish(&core, started, &wire, &call, result, None))
}

/// The body in the form that the call wants.
fn written(product: Product, call: &Call, json: Vec<u8>) -> Result<Vec<u8>, ApiError> {
    match call.format {
        Format::Json => Ok(json),
        Format::Xml => {
            let action = dispatch::spelling(product, &call.action).unwrap_or(&call.action);
            xml::document(action, &json).map_err(|error| dispatch::internal(&error))
        }
    }
}

/// Makes the answer and logs it.
fn finish(
    core: &Rc<RefCell<Core>>,
    started: Instant,
    wire: &Wire,
    call: &Call,
    result: Result<(Vec<u8>, String), ApiError>,
    retry_after: Option<u64>,
) -> Response<Full<Bytes>> {
    match result {
        Ok((body, request_id)) => {
            log(core, started, call, 200, "", &request_id);
            let kind = match call.format {
                Format::Json => JSON,
                Format::Xml => XML,
            };
            respond(200, kind, body)
        }
        Err(mut error) => {
            error.request_id = core.borrow_mut().next_request_id();
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
            let mut response = respond(error.status, JSON, error.to_body());
            if let Some(ms) = retry_after {
                response.headers_mut().insert(
                    HeaderName::from_static("x-acs-retry-after"),
                    HeaderValue::from(ms),
                );
            }
            response
        }
    }
}

const JSON: &str = "application/json;charset=utf-8";
const XML: &str = "text/xml;charset=utf-8";

fn respond(status: u16, kind: &'static str, body: Vec<u8>) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() =
        StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

fn log(
    core: &Rc<RefCell<Core>>,
    started: Instant,
    call: &Call,
    status: u16,
    code: &str,
    request_id: &str,
) {
    let mut core = core.borrow_mut();
    let entry = LogEntry {
        time: core.now().to_millis_text(),
        action: call.action.clone(),
        version: call.version.clone(),
        status,
        code: code.to_owned(),
        request_id: request_id.to_owned(),
        duration_ms: (started.elapsed().as_secs_f64() * 1e6).round() / 1e3,
    };
    core.record(&entry);
}
