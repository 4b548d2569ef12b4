//! Decides how the emulator is asked without a socket, in the caller's own thread: for fuzzing and
//! for tests of what a request is answered. Latency does not wait here.

use std::time::Instant;

use crate::answer;
use crate::core::Core;
use crate::gate::Gate;
use crate::lifecycle::Delays;
use crate::request::Wire;
use crate::world::World;

/// An emulator in memory that nothing listens for.
#[derive(Debug)]
pub struct Offline(Core);

impl Offline {
    /// An empty cloud with one access key; its instances boot at once and its ids follow from the
    /// seed.
    pub fn new(access_key: (&str, &str), seed: u64) -> Self {
        let keys = vec![(access_key.0.to_owned(), access_key.1.to_owned())];
        let world = World::new(seed, Delays::NONE);
        Self(Core::new(world, Gate::new(keys, true), None, None, seed))
    }

    /// Asks: the target is path and query, names of headers are in lower case. Gives status and
    /// body; `None` when a fault closes the connection.
    pub fn ask(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(String, String)],
        body: &[u8],
    ) -> Option<(u16, Vec<u8>)> {
        let started = Instant::now();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let wire = Wire {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.to_vec(),
            body: body.to_vec(),
        };
        let reply = match answer::admit(&mut self.0, started, &wire) {
            Ok(admitted) => answer::carry_out(&mut self.0, started, &wire, admitted)?,
            Err(reply) => reply,
        };
        Some((reply.status, reply.body))
    }
}
