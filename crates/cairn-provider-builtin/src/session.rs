//! Decides what an apply of builtin resources makes, and what becomes of one that was interrupted.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, ApplyRequest, RemoteObject, ResourceMode, ResourceSchema};
use cairn_provider::{
    ApplyResponse, Connect, OpenRequest, Opened, Problem, Provider, ReadRequest, ReadResponse,
    Session, UnmanagedObject,
};
use cairn_value::{Known, Name, Object};

use crate::kit::{Managed, conform, remote};
use crate::{BuiltinProvider, Surroundings};

/// Makes sessions of a builtin provider.
pub struct BuiltinConnect {
    provider: Arc<BuiltinProvider>,
    surroundings: Arc<dyn Surroundings>,
}

impl BuiltinConnect {
    /// For a provider, in these surroundings.
    pub fn new(provider: Arc<BuiltinProvider>, surroundings: Arc<dyn Surroundings>) -> Self {
        Self {
            provider,
            surroundings,
        }
    }
}

#[async_trait]
impl Connect for BuiltinConnect {
    async fn configure(&self, _: &Known) -> Result<Arc<dyn Session>, Vec<Problem>> {
        Ok(Arc::new(BuiltinSession {
            provider: self.provider.clone(),
            surroundings: self.surroundings.clone(),
        }))
    }
}

struct BuiltinSession {
    provider: Arc<BuiltinProvider>,
    surroundings: Arc<dyn Surroundings>,
}

impl BuiltinSession {
    fn of(&self, ty: &Name) -> Option<(&dyn Managed, &ResourceSchema)> {
        Some((
            self.provider.managed(ty)?,
            self.provider.schema().resources.get(ty)?,
        ))
    }

    fn unknown(&self, ty: &Name) -> Vec<Problem> {
        vec![Problem::error(
            "unknown-resource-type",
            "Unknown resource type",
            format!("The provider {} has no type {ty:?}.", self.provider.addr()),
        )]
    }

    async fn read_one(&self, request: &ReadRequest) -> ReadResponse {
        let with = &*self.surroundings;
        if request.mode == ResourceMode::Data {
            let schema = self.provider.schema().data_sources.get(&request.ty);
            let (Some(ty), Some(schema), Some(config)) = (
                self.provider.data(&request.ty),
                schema,
                request.config.as_object(),
            ) else {
                return ReadResponse::Failed(self.unknown(&request.ty));
            };
            return match ty.read(with, config).await {
                Ok(object) => remote(schema, object).map_or_else(
                    || ReadResponse::Failed(vec![not_final()]),
                    |o| ReadResponse::Present(Box::new(o)),
                ),
                Err(problems) => ReadResponse::Failed(problems),
            };
        }
        match (self.of(&request.ty), &request.prior) {
            (Some((ty, schema)), Some(prior)) => match in_shape(schema, prior) {
                Some(prior) => ty.read(with, &prior).await,
                None => ty.read(with, prior).await,
            },
            _ => ReadResponse::Failed(self.unknown(&request.ty)),
        }
    }

    async fn open_one(&self, request: &OpenRequest) -> Result<Opened, Vec<Problem>> {
        let schema = self.provider.schema().ephemerals.get(&request.ty);
        let (Some(ty), Some(schema), Some(config)) = (
            self.provider.ephemeral(&request.ty),
            schema,
            request.config.as_object(),
        ) else {
            return Err(vec![Problem::not_ephemeral(&request.ty)]);
        };
        let object = ty.open(&*self.surroundings, config).await?;
        let made = remote(schema, object).ok_or_else(|| vec![not_final()])?;
        Ok(Opened {
            value: made.value,
            private: made.private,
            renew_in: None,
            problems: Vec::new(),
        })
    }

    async fn apply_one(&self, request: &ApplyRequest) -> ApplyResponse {
        let Some((ty, schema)) = self.of(&request.ty) else {
            return ApplyResponse::NotApplied(self.unknown(&request.ty));
        };
        let with = &*self.surroundings;
        let made = match request.kind {
            ApplyKind::Delete => {
                let prior = request
                    .prior
                    .as_ref()
                    .and_then(|p| p.value.value().as_object());
                let gone = match prior {
                    Some(prior) => ty.delete(with, prior).await,
                    None => Ok(()),
                };
                return match gone {
                    Ok(()) => ApplyResponse::Done(None, Vec::new()),
                    Err(problems) => ApplyResponse::NotApplied(problems),
                };
            }
            ApplyKind::Create => ty.create(with, object(request)).await,
            ApplyKind::Update => ty.update(with, object(request)).await,
        };
        match made.map(|o| remote(schema, o)) {
            Ok(Some(object)) => ApplyResponse::Done(Some(Box::new(object)), Vec::new()),
            Ok(None) => ApplyResponse::NotApplied(vec![not_final()]),
            Err(problems) => ApplyResponse::NotApplied(problems),
        }
    }
}

/// A recorded object that lacks attributes of the present schema, as an earlier release of a provider wrote it under the same
/// version: what it lacks is null. Nothing where it lacks none.
fn in_shape(schema: &ResourceSchema, prior: &RemoteObject) -> Option<RemoteObject> {
    let value = prior.value.value();
    let shape = value.as_object()?.shape();
    if prior.schema_version != schema.version || shape == schema.block.shape() {
        return None;
    }
    Some(RemoteObject {
        private: prior.private.clone(),
        ..remote(schema, conform(schema, value))?
    })
}

fn object(request: &ApplyRequest) -> Object {
    request
        .planned
        .as_object()
        .cloned()
        .unwrap_or_else(|| Object::new([]))
}

fn not_final() -> Problem {
    Problem::error(
        "builtin-value-not-final",
        "Value not known when it was needed",
        "An argument of this object was still unknown when it was to be applied. This is an error in cairn: please report it.",
    )
}

#[async_trait]
impl Session for BuiltinSession {
    async fn read(&self, requests: &[ReadRequest]) -> Vec<ReadResponse> {
        let mut out = Vec::with_capacity(requests.len());
        for request in requests {
            out.push(self.read_one(request).await);
        }
        out
    }

    async fn apply(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        let mut out = Vec::with_capacity(call.requests.len());
        for request in &call.requests {
            out.push(self.apply_one(request).await);
        }
        out
    }

    async fn recover(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        let mut out = Vec::with_capacity(call.requests.len());
        for request in &call.requests {
            out.push(match self.of(&request.ty) {
                Some((ty, _)) => ty.recover(&*self.surroundings, request).await,
                None => ApplyResponse::Unsure(self.unknown(&request.ty)),
            });
        }
        out
    }

    async fn import(&self, ty: &Name, id: &str) -> Result<RemoteObject, Vec<Problem>> {
        let made = self
            .of(ty)
            .and_then(|(t, schema)| Some((t.import(&*self.surroundings, id)?, schema)));
        match made {
            Some((Ok(object), schema)) => remote(schema, object).ok_or_else(|| vec![not_final()]),
            Some((Err(problem), _)) => Err(vec![problem]),
            None => Err(vec![Problem::error(
                "import-not-supported",
                "Resource type cannot be imported",
                format!("Objects of type {ty:?} cannot be imported."),
            )]),
        }
    }

    async fn unmanaged(
        &self,
        _: &Name,
        _: &BTreeSet<String>,
    ) -> Result<Vec<UnmanagedObject>, Vec<Problem>> {
        Ok(Vec::new())
    }

    async fn open(&self, requests: &[OpenRequest]) -> Vec<Result<Opened, Vec<Problem>>> {
        let mut out = Vec::with_capacity(requests.len());
        for request in requests {
            out.push(self.open_one(request).await);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use cairn_value::{Value, name};

    use super::*;
    use crate::testing::{Fake, wait};

    #[test]
    fn what_an_earlier_release_did_not_record_is_null() {
        let with = Fake::default();
        with.put("f", b"hello");
        let prior = RemoteObject {
            value: Value::object([
                (name("filename"), Value::string("f")),
                (name("content"), Value::string("hello")),
                (
                    name("id"),
                    Value::string("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
                ),
            ])
            .try_into()
            .unwrap(),
            private: Arc::from([]),
            schema_version: 0,
        };
        let provider = Arc::new(crate::local::provider());
        let connect = BuiltinConnect::new(provider.clone(), Arc::new(with));
        let session = wait(connect.configure(&Known::null(cairn_value::Type::Dynamic))).unwrap();
        let request = ReadRequest {
            addr: "local_file.a".parse().unwrap(),
            mode: ResourceMode::Managed,
            ty: name("local_file"),
            prior: Some(prior),
            config: Value::null(),
        };
        let ReadResponse::Present(now) = wait(session.read(&[request])).remove(0) else {
            panic!("the file is there");
        };
        let value = now.value.value();
        let schema = &provider.schema().resources["local_file"];
        assert_eq!(value.as_object().unwrap().shape(), schema.block.shape());
        assert!(value.get_attr("content_md5").unwrap().is_null());
        assert_eq!(value.get_attr("content"), Some(&Value::string("hello")));
    }
}
