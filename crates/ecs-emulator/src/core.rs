//! Decides the order of events around one request: who is let in, which fault strikes, what the
//! world does, and that it is on disk before anything is answered. It knows no sockets.

use std::collections::BTreeMap;

use ecs_api::{ApiError, Product};

use crate::dispatch;
use crate::faults::{Faults, Verdict};
use crate::gate::{Gate, Key, Session};
use crate::ids;
use crate::refuse;
use crate::request::{Call, Wire};
use crate::request_log::{LogEntry, Recent, RequestLog};
use crate::store::{Store, StoreError};
use crate::time::Moment;
use crate::world::{Context, World};

/// Everything the emulator's thread owns.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    gate: Gate,
    store: Option<Store>,
    log: Option<RequestLog>,
    /// The last requests.
    pub(crate) recent: Recent,
    seed: u64,
    answered: u64,
    /// Answered requests by action.
    pub(crate) counters: BTreeMap<String, u64>,
    /// How far the emulator's clock runs ahead of the machine's.
    pub(crate) ahead_ms: i64,
}

/// How many rows a line of a compacted file holds at most.
const COPY_ROWS: usize = 500;

impl Core {
    pub(crate) fn new(
        world: World,
        gate: Gate,
        store: Option<Store>,
        log: Option<RequestLog>,
        seed: u64,
    ) -> Self {
        Self {
            world,
            faults: Faults::new(seed),
            gate,
            store,
            log,
            recent: Recent::default(),
            seed,
            answered: 0,
            counters: BTreeMap::new(),
            ahead_ms: 0,
        }
    }

    /// The emulator's present.
    pub(crate) fn now(&self) -> Moment {
        crate::clock::now().plus_millis(self.ahead_ms)
    }

    /// The id of the next answer.
    pub(crate) fn next_request_id(&mut self) -> String {
        self.answered += 1;
        ids::request_id(self.seed, self.answered)
    }

    /// Checks that the request names something that exists and comes from somebody known, and lets
    /// the armed faults decide about it.
    pub(crate) fn admit(
        &mut self,
        wire: &Wire,
        call: &Call,
    ) -> Result<(Product, String, Verdict), ApiError> {
        let product = dispatch::route(call)?;
        let now = self.now();
        let world = &self.world;
        let caller = self.gate.admit(wire, call, now, |id| {
            let session = world.tables.sessions.get(id)?;
            Some(Key {
                secret: session.secret.clone(),
                session: Some(Session {
                    token: session.token.clone(),
                    expires: session.expires,
                }),
            })
        })?;
        Ok((product, caller, self.faults.strike(&call.action)))
    }

    /// Carries the call out; when this returns, its effect is on disk.
    pub(crate) fn perform(
        &mut self,
        product: Product,
        call: &Call,
        caller: String,
        request_id: &str,
        verdict: &Verdict,
    ) -> Result<Vec<u8>, ApiError> {
        let now = self.now();
        self.world.advance(now);
        for meddling in &verdict.meddling {
            // What is not there cannot be meddled with; the request goes on.
            drop(self.world.meddle(meddling, now));
        }
        let region = call.param("RegionId").unwrap_or("").to_owned();
        let context = Context {
            now,
            region,
            caller,
        };
        let delays = self.world.delays;
        self.world.delays.starting = delays.starting.saturating_add(verdict.slow_ms);
        self.world.shortages.clone_from(&verdict.shortages);
        let answer = dispatch::perform(
            &mut self.world,
            &context,
            product,
            &call.action,
            &call.params,
            request_id,
        );
        self.world.delays = delays;
        self.world.shortages.clear();
        self.commit()?;
        answer
    }

    /// Writes what has changed. Every change made without a request ends with it, too.
    pub(crate) fn commit(&mut self) -> Result<(), ApiError> {
        let Some(store) = &mut self.store else {
            self.world.settle();
            return Ok(());
        };
        let Some(line) = self.world.take_changes() else {
            return Ok(());
        };
        store.append(&line).map_err(|error| {
            let cause = std::error::Error::source(&error)
                .map(|e| format!(": {e}"))
                .unwrap_or_default();
            ApiError::new(
                500,
                "InternalError",
                format!("The emulator lost its disk: {error}{cause}."),
            )
        })
    }

    /// Writes the file anew when it holds much history.
    pub(crate) fn compact(&mut self) -> Result<(), StoreError> {
        match &mut self.store {
            Some(store) if store.wants_compacting(self.world.tables.rows()) => {
                store.compact(&self.world.copy(COPY_ROWS))
            }
            _ => Ok(()),
        }
    }

    /// Counts, logs and remembers an answered request.
    pub(crate) fn record(&mut self, entry: LogEntry, params: &[(String, String)]) {
        *self.counters.entry(entry.action.clone()).or_default() += 1;
        if let Some(log) = &mut self.log {
            log.append(&entry);
        }
        self.recent.push(entry, params);
    }

    /// The error of a request that is no call at all.
    pub(crate) fn no_such_call(method: &str, path: &str) -> Option<ApiError> {
        if !matches!(method, "GET" | "POST") {
            return Some(ApiError::new(
                405,
                "UnsupportedHTTPMethod",
                "The HTTP method is not supported, use GET or POST.",
            ));
        }
        (path != "/").then(|| {
            refuse::not_found(
                "InvalidAction.NotFound",
                "Specified api is not found, please check your url and method.",
            )
        })
    }
}
