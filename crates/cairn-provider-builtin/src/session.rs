//! Decides what an apply of builtin resources makes. There is nothing outside the state: reading gives back what is
//! recorded, and a call whose answer was lost never made anything that could be found again.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, ApplyRequest, RemoteObject};
use cairn_provider::{
    ApplyResponse, Connect, Problem, ReadRequest, ReadResponse, Session, UnmanagedObject,
};
use cairn_value::{Known, Name};

use crate::terraform_data;

/// Where ids come from: sixteen random bytes at each call. Tests give a counter.
pub type IdSource = Arc<dyn Fn() -> [u8; 16] + Send + Sync>;

/// Makes sessions of the builtin provider.
pub struct BuiltinConnect {
    ids: IdSource,
}

impl BuiltinConnect {
    /// With ids made from this source.
    pub fn new(ids: IdSource) -> Self {
        Self { ids }
    }
}

#[async_trait]
impl Connect for BuiltinConnect {
    async fn configure(&self, _: &Known) -> Result<Arc<dyn Session>, Vec<Problem>> {
        Ok(Arc::new(BuiltinSession {
            ids: self.ids.clone(),
        }))
    }
}

struct BuiltinSession {
    ids: IdSource,
}

impl BuiltinSession {
    fn make(&self, request: &ApplyRequest) -> ApplyResponse {
        match request.kind {
            ApplyKind::Delete => ApplyResponse::Done(None, Vec::new()),
            ApplyKind::Create | ApplyKind::Update => {
                match terraform_data::finish(&request.planned, || uuid_v4((self.ids)())) {
                    Some(object) => ApplyResponse::Done(Some(Box::new(object)), Vec::new()),
                    None => ApplyResponse::NotApplied(vec![Problem::error(
                        "builtin-value-not-final",
                        "Value not known when it was needed",
                        "An argument of this object was still unknown when it was to be applied. This is an error in cairn: please report it.",
                    )]),
                }
            }
        }
    }
}

#[async_trait]
impl Session for BuiltinSession {
    async fn read(&self, requests: &[ReadRequest]) -> Vec<ReadResponse> {
        requests
            .iter()
            .map(|r| match &r.prior {
                Some(prior) => ReadResponse::Present(Box::new(prior.clone())),
                None => ReadResponse::Failed(vec![Problem::error(
                    "unknown-data-source",
                    "Unknown data source",
                    format!("The builtin provider has no data source {:?}.", r.ty),
                )]),
            })
            .collect()
    }

    async fn apply(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        call.requests.iter().map(|r| self.make(r)).collect()
    }

    async fn recover(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        call.requests
            .iter()
            .map(|r| match r.kind {
                // An object that is not in the state does not exist.
                ApplyKind::Create => ApplyResponse::NotApplied(Vec::new()),
                ApplyKind::Update | ApplyKind::Delete => self.make(r),
            })
            .collect()
    }

    async fn import(&self, ty: &Name, id: &str) -> Result<RemoteObject, Vec<Problem>> {
        if &**ty == terraform_data::TYPE
            && let Some(object) = terraform_data::imported(&terraform_data::schema(), id)
        {
            return Ok(object);
        }
        Err(vec![Problem::error(
            "import-not-supported",
            "Resource type cannot be imported",
            format!("The builtin provider cannot import objects of type {ty:?}."),
        )])
    }

    async fn unmanaged(
        &self,
        _: &Name,
        _: &BTreeSet<String>,
    ) -> Result<Vec<UnmanagedObject>, Vec<Problem>> {
        Ok(Vec::new())
    }
}

/// Sixteen random bytes as a version 4 UUID (RFC 9562, section 5.4).
fn uuid_v4(mut bytes: [u8; 16]) -> String {
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex = |part: &[u8]| {
        part.iter()
            .fold(String::new(), |s, b| s + &format!("{b:02x}"))
    };
    [
        &bytes[..4],
        &bytes[4..6],
        &bytes[6..8],
        &bytes[8..10],
        &bytes[10..],
    ]
    .map(hex)
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::uuid_v4;

    #[test]
    fn ids_are_version_four() {
        assert_eq!(uuid_v4([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(uuid_v4([0xff; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
