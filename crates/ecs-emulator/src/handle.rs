//! Decides how the emulator is started, asked and stopped by the program it runs in. What it does
//! in between is decided by the core.

use std::collections::BTreeMap;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::thread::JoinHandle;

use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};

use crate::backdoor::{BackdoorError, Change, Kind};
use crate::catalogue::Catalogue;
use crate::core::Core;
use crate::faults::Fault;
use crate::gate::Gate;
use crate::http::{self, Job};
use crate::ids;
use crate::inventory::{self, Inventory};
use crate::lifecycle::Delays;
use crate::request_log::RequestLog;
use crate::store::{Store, StoreError};
use crate::tls;
use crate::world::World;

/// The access key id that an emulator inside the process takes when no other is named.
pub const DEFAULT_ACCESS_KEY_ID: &str = "cairn-emulator";
/// The secret of [`DEFAULT_ACCESS_KEY_ID`]. It protects nothing: the emulator listens on loopback.
pub const DEFAULT_ACCESS_KEY_SECRET: &str = "cairn-emulator-secret";

/// How to start an emulator.
#[derive(Clone, Debug)]
pub struct Options {
    /// Where to listen; a loopback address. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the cloud is kept; without it, it lives in memory.
    pub data_dir: Option<PathBuf>,
    /// The file with what is sold, instead of the built-in catalogue; in the same form.
    pub catalogue: Option<PathBuf>,
    /// The access keys that are known: id and secret.
    pub access_keys: Vec<(String, String)>,
    /// The file that gets a JSON line for every request.
    pub request_log: Option<PathBuf>,
    /// The folder of the certificate and the key that TLS is served with on the same port, made when it has none; without a folder,
    /// connections that open with a TLS handshake are closed.
    pub tls_dir: Option<PathBuf>,
    /// How long instances and networks take to get ready.
    pub delays: Delays,
    /// The source of ids of a new cloud; by default something new. A cloud on disk keeps its own.
    pub seed: Option<u64>,
    /// The faults that are armed from the start.
    pub faults: Vec<Fault>,
    /// Whether requests with a timestamp off by more than fifteen minutes are refused.
    pub check_timestamps: bool,
}

impl Default for Options {
    /// A free port, in memory, the default key, short delays.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data_dir: None,
            catalogue: None,
            access_keys: vec![(
                DEFAULT_ACCESS_KEY_ID.to_owned(),
                DEFAULT_ACCESS_KEY_SECRET.to_owned(),
            )],
            request_log: None,
            tls_dir: None,
            delays: Delays::default(),
            seed: None,
            faults: Vec::new(),
            check_timestamps: true,
        }
    }
}

/// Why an emulator did not start.
#[derive(Debug)]
pub enum StartError {
    /// The address is not a loopback one: anybody on the network could use the emulator.
    NotLoopback(SocketAddr),
    /// The address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The cloud cannot be opened.
    Store(StoreError),
    /// The catalogue cannot be read.
    Catalogue {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        mistake: String,
    },
    /// The request log cannot be opened.
    RequestLog {
        /// The file.
        path: PathBuf,
        /// What the operating system said.
        source: std::io::Error,
    },
    /// The certificate of TLS cannot be made or used.
    Tls {
        /// The folder.
        path: PathBuf,
        /// What is wrong.
        source: std::io::Error,
    },
    /// A fault that was to be armed makes no sense.
    Fault(String),
    /// No thread could be made.
    Thread(std::io::Error),
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotLoopback(address) => {
                write!(
                    f,
                    "the emulator listens on loopback addresses only, and {address} is none"
                )
            }
            Self::Listen { address, .. } => write!(f, "the emulator cannot listen on {address}"),
            Self::Store(error) => write!(f, "{error}"),
            Self::Catalogue { path, mistake } => {
                write!(
                    f,
                    "the catalogue {} cannot be used: {mistake}",
                    path.display()
                )
            }
            Self::RequestLog { path, .. } => {
                write!(f, "the request log {} cannot be opened", path.display())
            }
            Self::Tls { path, .. } => {
                write!(
                    f,
                    "TLS cannot be served with what lies in {}",
                    path.display()
                )
            }
            Self::Fault(mistake) => write!(f, "a fault cannot be armed: {mistake}"),
            Self::Thread(_) => f.write_str("the emulator's thread cannot be started"),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::NotLoopback(_) | Self::Fault(_) | Self::Catalogue { .. } => None,
            Self::Listen { source, .. }
            | Self::RequestLog { source, .. }
            | Self::Tls { source, .. }
            | Self::Thread(source) => Some(source),
            Self::Store(error) => error.source(),
        }
    }
}

/// The emulator, before it runs.
#[derive(Debug)]
pub struct Emulator;

impl Emulator {
    /// Opens the cloud, binds the port and starts serving on a thread of its own. When this
    /// returns, requests are answered. May be called from inside or outside of an async runtime.
    ///
    /// # Errors
    /// The address, the data directory or the request log cannot be used.
    pub fn start(options: Options) -> Result<Handle, StartError> {
        let Options {
            listen,
            data_dir,
            catalogue,
            access_keys,
            request_log,
            tls_dir,
            delays,
            seed,
            faults,
            check_timestamps,
        } = options;
        if let Some(mistake) = faults.iter().find_map(Fault::mistake) {
            return Err(StartError::Fault(mistake));
        }
        let catalogue = match catalogue {
            None => Catalogue::built_in(),
            Some(path) => std::fs::read_to_string(&path)
                .map_err(|error| error.to_string())
                .and_then(|text| Catalogue::read(&text))
                .map_err(|mistake| StartError::Catalogue { path, mistake })?,
        };
        if !listen.ip().is_loopback() {
            return Err(StartError::NotLoopback(listen));
        }
        let failed = |source| StartError::Listen {
            address: listen,
            source,
        };
        let listener = TcpListener::bind(listen).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let seed = seed.unwrap_or_else(|| {
            let now = crate::clock::now().as_millis() as u64;
            ids::mix(now ^ u64::from(std::process::id()) << 40)
        });
        let mut world = World::new(seed, delays);
        world.catalogue = catalogue;
        let store = match &data_dir {
            Some(dir) => Some(
                Store::open(dir, |line| world.absorb(line).map_err(|e| e.to_string()))
                    .map_err(StartError::Store)?,
            ),
            None => None,
        };
        world.rebuild();
        let log = match request_log {
            Some(path) => Some(
                RequestLog::open(&path)
                    .map_err(|source| StartError::RequestLog { path, source })?,
            ),
            None => None,
        };
        let identity = match tls_dir {
            Some(path) => {
                Some(tls::identity(&path).map_err(|source| StartError::Tls { path, source })?)
            }
            None => None,
        };
        let certificate = identity.as_ref().map(|found| found.certificate.clone());
        let acceptor = identity.map(|found| found.acceptor);
        let key = access_keys.first().cloned().unwrap_or_default();
        let gate = Gate::new(access_keys, check_timestamps);
        let mut core = Core::new(world, gate, store, log, seed);
        for fault in faults {
            core.faults.arm(fault);
        }
        core.compact().map_err(StartError::Store)?;
        let (jobs, inbox) = unbounded_channel();
        let thread = std::thread::Builder::new()
            .name("ecs-emulator".to_owned())
            .spawn(move || http::run(listener, acceptor, core, inbox))
            .map_err(StartError::Thread)?;
        Ok(Handle {
            address,
            certificate,
            key,
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }
}

/// A running emulator. Dropping it stops it.
#[derive(Debug)]
pub struct Handle {
    address: SocketAddr,
    certificate: Option<PathBuf>,
    key: (String, String),
    jobs: Option<UnboundedSender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Handle {
    /// The address it listens on.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// `http://127.0.0.1:PORT`, for every product.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The certificate in PEM that it shows to clients that speak TLS; none when it does not.
    pub fn certificate(&self) -> Option<&Path> {
        self.certificate.as_deref()
    }

    /// The first access key it knows: id and secret.
    pub fn access_key(&self) -> (&str, &str) {
        (&self.key.0, &self.key.1)
    }

    /// Arms a fault.
    pub fn arm(&self, fault: Fault) {
        self.ask(|core| core.faults.arm(fault));
    }

    /// Disarms all faults.
    pub fn clear_faults(&self) {
        self.ask(|core| core.faults.clear());
    }

    /// What exists now.
    pub fn inventory(&self) -> Inventory {
        self.ask(|core| {
            let now = core.now();
            core.world.advance(now);
            inventory::take(&core.world, now)
        })
    }

    /// Answered and dropped requests by action, since the start.
    pub fn counters(&self) -> BTreeMap<String, u64> {
        self.ask(|core| core.counters.clone())
    }

    /// Changes a thing behind the back of everybody.
    ///
    /// # Errors
    /// There is no such thing or attribute, or the value is not fit for it.
    pub fn change(&self, kind: Kind, id: &str, change: Change) -> Result<(), BackdoorError> {
        let id = id.to_owned();
        self.ask(move |core| {
            core.world.change_behind_the_back(kind, &id, &change)?;
            core.commit()
                .map_err(|error| BackdoorError::BadValue(error.message))
        })
    }

    /// Deletes a thing behind the back of everybody; an instance takes along what a released one
    /// does.
    ///
    /// # Errors
    /// There is no such thing.
    pub fn delete(&self, kind: Kind, id: &str) -> Result<(), BackdoorError> {
        let id = id.to_owned();
        self.ask(move |core| {
            core.world.delete_behind_the_back(kind, &id, core.now())?;
            core.commit()
                .map_err(|error| BackdoorError::BadValue(error.message))
        })
    }

    /// Moves the emulator's clock ahead of the machine's.
    pub fn advance_clock(&self, millis: i64) {
        self.ask(move |core| core.ahead_ms = core.ahead_ms.saturating_add(millis));
    }

    /// Sets how long the passages of later orders take.
    pub fn set_delays(&self, delays: Delays) {
        self.ask(move |core| core.world.delays = delays);
    }

    /// Stops serving, closes the cloud and waits until that is done.
    pub fn shutdown(mut self) {
        self.stop();
    }

    fn stop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the thread has been reported by itself.
            drop(thread.join());
        }
    }

    fn ask<R: Send + 'static>(&self, question: impl FnOnce(&mut Core) -> R + Send + 'static) -> R {
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        let job: Job = Box::new(move |core| drop(reply.send(question(core))));
        let jobs = self
            .jobs
            .as_ref()
            .expect("the sender lives as long as the handle");
        assert!(
            jobs.send(job).is_ok(),
            "the emulator's thread runs as long as the handle"
        );
        answer
            .recv()
            .expect("the emulator's thread runs as long as the handle")
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.stop();
    }
}
