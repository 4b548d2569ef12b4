//! Decides how requests come in and answers go out over HTTP, on one loopback port: body limits,
//! latency, dropped connections. What a request is answered is decided elsewhere.
//!
//! The first byte of a connection is looked at before HTTP is spoken, because TLS is served on the
//! same port: 0x16 opens a TLS handshake. Without a certificate such a connection is closed.

use std::cell::RefCell;
use std::net::TcpListener as StdListener;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ecs_api::ApiError;
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

use crate::answer::{self, Reply};
use crate::core::Core;
use crate::request::Wire;

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
    let service = service_fn(move |request| handle(request, Rc::clone(&core)));
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // A connection that broke is the client's business.
    drop(served);
}

async fn handle(
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
            let call = wire.call();
            let reply = answer::refuse(&mut core.borrow_mut(), started, &wire, &call, error);
            return Ok(respond(reply));
        }
        Err(_) => return Err(Dropped),
    }
    let admitted = answer::admit(&mut core.borrow_mut(), started, &wire);
    let admitted = match admitted {
        Ok(admitted) => admitted,
        Err(reply) => return Ok(respond(reply)),
    };
    if admitted.verdict.wait_ms > 0 {
        tokio::time::sleep(Duration::from_millis(admitted.verdict.wait_ms)).await;
    }
    let reply = answer::carry_out(&mut core.borrow_mut(), started, &wire, admitted);
    reply.map(respond).ok_or(Dropped)
}

fn respond(reply: Reply) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(reply.body)));
    *response.status_mut() =
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(reply.kind));
    if let Some(ms) = reply.retry_after {
        let name = HeaderName::from_static("x-acs-retry-after");
        headers.insert(name, HeaderValue::from(ms));
    }
    response
}
