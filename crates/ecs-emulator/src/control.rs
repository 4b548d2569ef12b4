//! Decides the control path of the HTTP shell, `/_emulator/…`: unsigned, for tests and demos on the
//! same machine. It is the wire form of the handle's methods and has no powers of its own.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /_emulator/` | shows a page of what exists and was asked last |
//! | `GET /_emulator/health` | says that it is up |
//! | `GET /_emulator/inventory` | lists what exists |
//! | `GET /_emulator/counters` | answered requests by action |
//! | `GET /_emulator/requests` | the last requests, newest first, without secrets |
//! | `GET`, `POST`, `DELETE /_emulator/faults` | lists, arms (an object or a list), clears |
//! | `POST /_emulator/change` | changes a thing behind everybody's back |
//! | `POST /_emulator/delete` | deletes one |
//! | `POST /_emulator/delays` | sets how long passages take |
//! | `POST /_emulator/clock` | moves the clock: `{"advance_ms": n}` |

use serde::Deserialize;
use serde_json::{Value, json};

use crate::answer;
use crate::backdoor::{Change, Kind};
use crate::core::Core;
use crate::faults::Fault;
use crate::inventory;
use crate::lifecycle::Delays;
use crate::status_page;

/// What the control path begins with.
pub(crate) const PREFIX: &str = "/_emulator/";
const HTML: &str = "text/html;charset=utf-8";

#[derive(Deserialize)]
struct ChangeRequest {
    kind: Kind,
    id: String,
    #[serde(flatten)]
    change: Change,
}

#[derive(Deserialize)]
struct DeleteRequest {
    kind: Kind,
    id: String,
}

#[derive(Deserialize)]
struct ClockRequest {
    advance_ms: i64,
}

/// Answers one control request: status, content type and body.
pub(crate) fn handle(
    core: &mut Core,
    method: &str,
    path: &str,
    body: &[u8],
) -> (u16, &'static str, Vec<u8>) {
    if (method, path) == ("GET", "") {
        let now = core.now();
        core.world.advance(now);
        return (200, HTML, status_page::write(core, now).into_bytes());
    }
    let (status, value) = match route(core, method, path, body) {
        Ok(value) => (200, value),
        Err((status, message)) => (status, json!({ "error": message })),
    };
    (
        status,
        answer::JSON,
        serde_json::to_vec(&value).expect("a JSON value can always be written"),
    )
}

type Refused = (u16, String);

fn route(core: &mut Core, method: &str, path: &str, body: &[u8]) -> Result<Value, Refused> {
    let now = core.now();
    match (method, path) {
        ("GET", "health") => Ok(json!({ "status": "ok" })),
        ("GET", "inventory") => {
            core.world.advance(now);
            to_value(&inventory::take(&core.world, now))
        }
        ("GET", "counters") => to_value(&core.counters),
        ("GET", "requests") => to_value(&core.recent.iter().collect::<Vec<_>>()),
        ("GET", "faults") => to_value(&core.faults.list()),
        ("POST", "faults") => {
            let faults = Fault::read_all(&read(body)?).map_err(|mistake| (400, mistake))?;
            for fault in faults {
                core.faults.arm(fault);
            }
            to_value(&core.faults.list())
        }
        ("DELETE", "faults") => {
            core.faults.clear();
            Ok(json!([]))
        }
        ("POST", "change") => {
            let request: ChangeRequest = read(body)?;
            let id = core.world.find(request.kind, &request.id);
            core.world
                .change_behind_the_back(request.kind, &id, &request.change)
                .map_err(|error| (400, error.to_string()))?;
            core.commit().map_err(|error| (500, error.message))?;
            Ok(json!({ "changed": id }))
        }
        ("POST", "delete") => {
            let request: DeleteRequest = read(body)?;
            let id = core.world.find(request.kind, &request.id);
            core.world
                .delete_behind_the_back(request.kind, &id, now)
                .map_err(|error| (400, error.to_string()))?;
            core.commit().map_err(|error| (500, error.message))?;
            Ok(json!({ "deleted": id }))
        }
        ("POST", "delays") => {
            let delays: Delays = read(body)?;
            core.world.delays = delays;
            to_value(&delays)
        }
        ("POST", "clock") => {
            let request: ClockRequest = read(body)?;
            core.ahead_ms = core.ahead_ms.saturating_add(request.advance_ms);
            Ok(json!({ "now": core.now().to_millis_text() }))
        }
        _ => Err((
            404,
            format!("there is no control request {method} {PREFIX}{path}"),
        )),
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refused> {
    serde_json::from_slice(body).map_err(|error| (400, format!("the body cannot be read: {error}")))
}

fn to_value<T: serde::Serialize>(value: &T) -> Result<Value, Refused> {
    serde_json::to_value(value).map_err(|error| (500, error.to_string()))
}
