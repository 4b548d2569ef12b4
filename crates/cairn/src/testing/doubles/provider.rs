//! Decides how objects are planned that a test has stand-ins for: as the configuration wants them, all else unknown or made up.

use std::sync::Arc;

use cairn_model::{ApplyKind, ApplyRequest, ProviderAddr, ProviderSchema, ResourceMode};
use cairn_provider::{PlanRequest, PlanResponse, Problem, Provider};
use cairn_value::{Name, Value};

use super::generate::completed;
use super::{Double, Doubles, MARK, in_order, is_double};

/// The pure half of a provider behind the stand-ins of a run.
pub(super) struct DoubledProvider {
    real: Arc<dyn Provider>,
    doubles: Arc<Doubles>,
}

impl DoubledProvider {
    pub(super) fn new(real: Arc<dyn Provider>, doubles: Arc<Doubles>) -> Self {
        Self { real, doubles }
    }

    fn planned(&self, request: &PlanRequest<'_>, double: &Double<'_>) -> PlanResponse {
        let schema = self.real.schema().resources.get(request.ty);
        let is_made_up = request.prior.is_none() && double.while_planning();
        let planned = match schema.filter(|_| is_made_up) {
            Some(schema) => {
                let absent = Value::is_null;
                let draw = self.doubles.draw(request.addr);
                completed(&schema.block, request.config, double.given, absent, draw)
            }
            None => Ok(request.proposed.clone()),
        };
        let (planned, problems) = match planned {
            Ok(value) => (Some(value), Vec::new()),
            Err(problems) => (None, problems),
        };
        PlanResponse {
            planned,
            problems,
            private: Arc::from(MARK),
            ..PlanResponse::default()
        }
    }
}

/// Whether an object's part of a call is its stand-in's.
pub(super) fn is_of_double(request: &ApplyRequest) -> bool {
    match request.kind {
        ApplyKind::Create | ApplyKind::Update => *request.planned_private == *MARK,
        ApplyKind::Delete => is_double(request.prior.as_ref()),
    }
}

impl Provider for DoubledProvider {
    fn addr(&self) -> &ProviderAddr {
        self.real.addr()
    }

    fn is_lenient(&self) -> bool {
        self.real.is_lenient()
    }

    fn schema(&self) -> &ProviderSchema {
        self.real.schema()
    }

    fn validate_provider(&self, config: &Value) -> Vec<Problem> {
        // A mocked configuration says nothing, and nothing is missed in it; a real one is looked at again when it is opened.
        if self.doubles.mocks_some_of(self.real.addr())
            && *config == self.real.schema().provider.empty_value()
        {
            return Vec::new();
        }
        self.real.validate_provider(config)
    }

    fn validate(&self, mode: ResourceMode, ty: &Name, config: &Value) -> Vec<Problem> {
        self.real.validate(mode, ty, config)
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<PlanResponse> {
        let own = requests.iter().map(|r| {
            let double = self.doubles.of(r.addr)?;
            Some(self.planned(r, &double))
        });
        let own: Vec<Option<PlanResponse>> = own.collect();
        let others = requests.iter().zip(&own).filter(|(_, own)| own.is_none());
        let others: Vec<PlanRequest<'_>> = others.map(|(r, _)| r.clone()).collect();
        if others.is_empty() {
            return in_order(own, Vec::new());
        }
        let others = self.real.plan(&others);
        in_order(own, others)
    }

    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        let (own, others): (Vec<usize>, Vec<usize>) =
            (0..requests.len()).partition(|i| is_of_double(&requests[*i]));
        if own.is_empty() {
            return self.real.calls(requests);
        }
        let mut calls = vec![own];
        if !others.is_empty() {
            let real: Vec<ApplyRequest> = others.iter().map(|i| requests[*i].clone()).collect();
            let real = self.real.calls(&real).into_iter();
            calls.extend(real.map(|call| call.into_iter().map(|i| others[i]).collect()));
        }
        calls
    }

    fn operation(&self, request: &ApplyRequest) -> String {
        if is_of_double(request) {
            return String::new();
        }
        self.real.operation(request)
    }
}
