//! Decides how a resource type is written down as data: its table, and the few actions of the API that make, read, change and
//! delete it. All that follows from that (calls, waiting, recovery, listing, batches of reads and tags) is in the files below.
//!
//! ```text
//! Description ── table (attributes and where they travel) ──► schema, validation, plan   (describe)
//!             ├─ create, changes, delete: actions             ──► act
//!             ├─ read: action, how it takes ids, its pages    ──► look
//!             └─ found_again: after a lost answer             ──► act
//! ```

mod act;
mod look;
#[cfg(test)]
mod tests;

use std::time::Duration;

use async_trait::async_trait;
use cairn_model::{ApplyCall, ApplyKind, ApplyRequest, Batching};
use cairn_provider::{ApplyResponse, Problem, UnmanagedObject};
use cairn_value::{Path, Value};
use ecs_api::rules::Profile;
use ecs_api::{OperationInfo, Product, Retry};

use super::tags::{TagDelta, TagHome, check_tags};
use super::vpc::alias;
use super::{Found, PlanContext, ReadItem, ResourceType, planned, prior};
use crate::client::{Client, ClientError};
use crate::describe::wire::{Form, Params};
use crate::describe::{Fields, Planned, Table, attr_path, is_unset};
use crate::grouping::{chunks_by_key, most_per_call};
use crate::listed::Query;

/// A resource type as data.
pub(crate) struct Description {
    /// Its name: `alicloud_disk`.
    pub(crate) ty: &'static str,
    /// What it is called in a sentence: `disk`.
    pub(crate) noun: &'static str,
    /// The service that its actions belong to.
    pub(crate) product: Product,
    /// Its attributes, with the parameters of the creation and the members of the read's answer.
    pub(crate) table: Table,
    /// Older names of attributes with the present ones: either may be configured, both tell the same.
    pub(crate) aliases: &'static [(&'static str, &'static str)],
    /// What its id is made of, joined with colons.
    pub(crate) id: &'static [Part],
    /// The creation. It carries every attribute that has a parameter.
    pub(crate) create: Action,
    /// How it is read.
    pub(crate) read: Read,
    /// The changes in place, in the order in which they are made.
    pub(crate) changes: Vec<Change>,
    /// The deletion.
    pub(crate) delete: Action,
    /// Where its tags are kept, if it has any.
    pub(crate) tags: Option<TagHome>,
    /// The state that it is in when a creation or change is complete.
    pub(crate) ready: Option<Ready>,
    /// How it is found after a creation whose answer was lost.
    pub(crate) found_again: FoundAgain,
    /// How long creation, change and deletion may take, unless a `timeouts` block says otherwise.
    pub(crate) limits: Limits,
    /// Rules beyond the table's.
    pub(crate) validate: fn(Fields<'_>, &mut Vec<Problem>),
    /// What the table does not know of a plan.
    pub(crate) adjust: fn(&PlanContext<'_>, &mut Planned),
}

/// One part of an id.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Part {
    /// A member of the creation's answer.
    Answer(&'static str),
    /// An attribute.
    Attr(&'static str),
    /// What another query tells of the thing that an attribute names. It becomes an attribute itself.
    Told {
        /// What it becomes.
        attr: &'static str,
        /// What is asked.
        query: Query,
        /// The attribute, and the parameter that carries it.
        of: (&'static str, &'static str),
        /// The member of the item that tells.
        field: &'static str,
    },
}

/// An action of the API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Action {
    /// Its name: `CreateDisk`.
    pub(crate) name: &'static str,
    /// Whether it may be sent again after a lost answer. `ByToken` sends a client token.
    pub(crate) retry: Retry,
    /// The parameters that carry the parts of the id, in order; an empty name carries none. Only for what exists already.
    pub(crate) id: &'static [&'static str],
    /// Parameters with values that never change.
    pub(crate) fixed: &'static [(&'static str, &'static str)],
    /// Attributes, recorded or planned, that go along: (attribute, parameter).
    pub(crate) with: &'static [(&'static str, &'static str)],
    /// Whether the action has a parameter `RegionId`.
    pub(crate) region: bool,
    /// Of a deletion: whether what is deleted is listed for good, as the history of what was run is.
    pub(crate) leaves_trace: bool,
    /// Whether the first part of the id travels as a list of one in JSON.
    pub(crate) as_list: bool,
    /// What it carries besides: from the planned object and the call's token.
    pub(crate) fill: Option<Fill>,
    /// What is done with an answer that tells something only once; without an answer, with its loss.
    pub(crate) keep: Option<Keep>,
    /// Another creation in its place, for objects with this attribute.
    pub(crate) otherwise: Option<(&'static str, &'static Self)>,
}

/// Further parameters of a creation, from the planned object and the call's token.
pub(crate) type Fill = fn(Fields<'_>, &str, &mut Params);

/// Keeps what a creation's answer tells only once, and says what went wrong; the answer may have been lost.
pub(crate) type Keep = fn(Fields<'_>, Option<&serde_json::Value>) -> Option<Problem>;

impl Action {
    /// An action that may be repeated as it is.
    pub(crate) const fn new(name: &'static str, id: &'static [&'static str]) -> Self {
        Self {
            name,
            retry: Retry::ByNature,
            id,
            fixed: &[],
            with: &[],
            region: true,
            leaves_trace: false,
            as_list: false,
            fill: None,
            keep: None,
            otherwise: None,
        }
    }

    /// A deletion of something that stays listed as history.
    pub(crate) const fn leaves_trace(mut self) -> Self {
        self.leaves_trace = true;
        self
    }

    /// The first part of the id travels as a list of one in JSON.
    pub(crate) const fn as_list(mut self) -> Self {
        self.as_list = true;
        self
    }

    /// With parameters that follow from several attributes, or from the call.
    pub(crate) const fn filled(mut self, fill: Fill) -> Self {
        self.fill = Some(fill);
        self
    }

    /// Objects with this attribute are made by another action.
    pub(crate) const fn otherwise(mut self, attr: &'static str, action: &'static Self) -> Self {
        self.otherwise = Some((attr, action));
        self
    }

    /// Its answer tells something only once.
    pub(crate) const fn keeps(mut self, keep: Keep) -> Self {
        self.keep = Some(keep);
        self
    }

    /// Sent with a client token.
    pub(crate) const fn by_token(mut self) -> Self {
        self.retry = Retry::ByToken;
        self
    }

    /// Never sent again after a lost answer.
    pub(crate) const fn never_again(mut self) -> Self {
        self.retry = Retry::Never;
        self
    }

    /// With parameters whose values never change.
    pub(crate) const fn fixed(mut self, fixed: &'static [(&'static str, &'static str)]) -> Self {
        self.fixed = fixed;
        self
    }

    /// With attributes that go along whether they changed or not.
    pub(crate) const fn with(mut self, with: &'static [(&'static str, &'static str)]) -> Self {
        self.with = with;
        self
    }

    /// The action has no parameter `RegionId`.
    pub(crate) const fn without_region(mut self) -> Self {
        self.region = false;
        self
    }
}

/// A change in place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Change {
    /// The action.
    pub(crate) action: Action,
    /// What it changes: (attribute, parameter). Attributes that did not change are left out.
    pub(crate) attrs: &'static [(&'static str, &'static str)],
    /// Whether it also follows a creation that has no parameter for what it sets.
    pub(crate) after_create: bool,
}

impl Change {
    /// A change of attributes that the creation can set itself.
    pub(crate) const fn of(action: Action, attrs: &'static [(&'static str, &'static str)]) -> Self {
        Self {
            action,
            attrs,
            after_create: false,
        }
    }

    /// A change of attributes that are set by it after the creation, too.
    pub(crate) const fn also_after_create(mut self) -> Self {
        self.after_create = true;
        self
    }
}

/// How objects are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Read {
    /// What is asked.
    pub(crate) query: Query,
    /// How it takes the first part of ids.
    pub(crate) by: By,
    /// Where an item has the parts of its id; an empty path stands for one that another query tells. A list stands for as many
    /// objects.
    pub(crate) key: &'static [&'static str],
    /// The member with a name for lists of objects that nobody manages; empty for a type that is not listed.
    pub(crate) name: &'static str,
    /// Parameters that leave out of that list what belongs to something else: a disk that is attached goes with its instance.
    pub(crate) alone: &'static [(&'static str, &'static str)],
}

/// How a read takes ids.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By {
    /// In one parameter, in this form, up to a number.
    Ids(&'static str, Form, usize),
    /// In one parameter, one at a time.
    One(&'static str),
    /// In one parameter that takes one; for several of them, all there are are read.
    OneOrAll(&'static str),
}

impl By {
    /// How many ids go into one read.
    fn most(self) -> usize {
        match self {
            Self::Ids(_, _, most) => most,
            Self::One(_) => 1,
            Self::OneOrAll(_) => usize::MAX,
        }
    }

    /// The parameters that ask for these.
    fn params(self, firsts: &[String]) -> Params {
        match (self, firsts) {
            (Self::Ids(param, form, _), firsts) => form.params(param, firsts),
            (Self::One(param) | Self::OneOrAll(param), [one]) => {
                vec![(param.to_owned(), one.clone())]
            }
            (Self::One(_) | Self::OneOrAll(_), _) => Params::new(),
        }
    }
}

/// The state in which an object is complete.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ready {
    /// The member of an item that has it.
    pub(crate) field: &'static str,
    /// The states that are complete.
    pub(crate) states: &'static [&'static str],
}

/// States from which no object ever becomes complete, unless its type counts them as complete.
const FAILED: &[&str] = &[
    "CreateFailed",
    "Failed",
    "PartialFailed",
    "Stopped",
    "failed",
];

/// How an object is found after a creation whose answer was lost.
#[derive(Clone, Copy, Debug)]
pub(crate) enum FoundAgain {
    /// By the tag `cairn:call`, which the creation puts on it.
    ByTag,
    /// By its id, which is made of attributes.
    ById,
}

/// Limits of time, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    pub(crate) create: u64,
    pub(crate) update: u64,
    pub(crate) delete: u64,
}

/// No rules beyond the table's.
pub(crate) fn no_rules(_: Fields<'_>, _: &mut Vec<Problem>) {}

/// Nothing beyond the table.
pub(crate) fn no_adjustment(_: &PlanContext<'_>, _: &mut Planned) {}

/// Whether two values are not the same; all forms of unset are.
fn differ(old: Option<&Value>, new: Option<&Value>) -> bool {
    old != new && !(old.is_none_or(is_unset) && new.is_none_or(is_unset))
}

impl Description {
    fn info(&self, action: &Action) -> OperationInfo {
        OperationInfo {
            action: action.name,
            product: self.product,
            retry: action.retry,
        }
    }

    /// The creation of an object.
    fn creation(&self, object: Fields<'_>) -> &Action {
        match self.create.otherwise {
            Some((attr, action)) if object.is_set(attr) => action,
            _ => &self.create,
        }
    }

    /// What carries an update that no change in place is needed for: that of tags, or nothing but the record.
    fn without_change(&self, request: &ApplyRequest) -> &'static str {
        if TagDelta::between(prior(request), planned(request)) == TagDelta::default() {
            self.read.query.action
        } else {
            "TagResources"
        }
    }

    /// The id's parts; an id with fewer parts gives empty ones.
    fn parts(&self, id: &str) -> Vec<String> {
        let mut parts: Vec<String> = id.splitn(self.id.len(), ':').map(str::to_owned).collect();
        parts.resize(self.id.len(), String::new());
        parts
    }

    /// An id without the parts that another query tells: items of the read's own answer do not have them.
    fn bare(&self, id: &str) -> String {
        let parts = self.parts(id).into_iter().zip(self.id);
        let own = parts.filter(|(_, part)| !matches!(part, Part::Told { .. }));
        own.map(|(text, _)| text).collect::<Vec<_>>().join(":")
    }

    fn limit(&self, requests: &[ApplyRequest], kind: ApplyKind) -> Duration {
        let seconds = match kind {
            ApplyKind::Create => self.limits.create,
            ApplyKind::Update => self.limits.update,
            ApplyKind::Delete => self.limits.delete,
        };
        crate::wait::limit(requests, Duration::from_secs(seconds))
    }

    /// The changes in place that a request needs.
    fn needed<'a>(
        &'a self,
        old: Fields<'a>,
        new: Fields<'a>,
    ) -> impl Iterator<Item = (&'a Change, Vec<(&'static str, &'static str)>)> {
        self.changes.iter().filter_map(move |change| {
            let changed = change.attrs.iter().copied();
            let changed: Vec<_> = changed
                .filter(|(attr, _)| differ(old.value(attr), new.value(attr)))
                .collect();
            (!changed.is_empty()).then_some((change, changed))
        })
    }
}

#[async_trait]
impl ResourceType for Description {
    fn ty(&self) -> &'static str {
        self.ty
    }

    fn table(&self) -> &Table {
        &self.table
    }

    /// Changes of tags alone share calls.
    fn batching(&self) -> Batching {
        Batching {
            update: self.tags.is_some(),
            ..Batching::default()
        }
    }

    fn validate(&self, config: Fields<'_>, rules: Profile, problems: &mut Vec<Problem>) {
        if self.tags.is_some() {
            check_tags(config, "tags", rules, problems);
        }
        (self.validate)(config, problems);
    }

    fn adjust(&self, context: &PlanContext<'_>, planned: &mut Planned) {
        for (old, new) in self.aliases {
            alias(context, planned, old, new);
        }
        (self.adjust)(context, planned);
    }

    fn operation(&self, request: &ApplyRequest) -> &'static str {
        match request.kind {
            ApplyKind::Create => self.creation(planned(request)).name,
            ApplyKind::Delete => self.delete.name,
            ApplyKind::Update => self
                .needed(prior(request), planned(request))
                .next()
                .map_or_else(
                    || self.without_change(request),
                    |(change, _)| change.action.name,
                ),
        }
    }

    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        if requests.iter().any(|r| r.kind != ApplyKind::Update) {
            return (0..requests.len()).map(|i| vec![i]).collect();
        }
        chunks_by_key(requests, most_per_call::TAGGED, |request| {
            let (old, new) = (prior(request), planned(request));
            let alone = self.needed(old, new).next().is_some();
            let own = alone.then(|| request.addr.clone());
            (own, TagDelta::between(old, new))
        })
    }

    fn attribute(&self, parameter: &str) -> Option<Path> {
        let bare = parameter.split('.').next().unwrap_or(parameter);
        let table = self.table.attrs.iter().find(|a| {
            let param = a.wire.param;
            !param.is_empty() && (param == parameter || param == bare)
        });
        let of_change = || {
            let mut all = self.changes.iter().flat_map(|c| c.attrs);
            all.find(|(_, param)| *param == parameter || *param == bare)
        };
        let name = table.map(|a| a.name);
        name.or_else(|| of_change().map(|(attr, _)| *attr))
            .or_else(|| (bare == "Tag" && self.tags.is_some()).then_some("tags"))
            .map(attr_path)
    }

    async fn read(&self, client: &Client, items: Vec<ReadItem>) -> Vec<Found> {
        look::read(self, client, items).await
    }

    async fn create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        act::create(self, client, call).await
    }

    async fn update(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        act::update(self, client, call).await
    }

    async fn delete(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        act::delete(self, client, call).await
    }

    async fn recover_create(&self, client: &Client, call: &ApplyCall) -> Vec<ApplyResponse> {
        act::recover_create(self, client, call).await
    }

    async fn list(&self, client: &Client) -> Result<Vec<UnmanagedObject>, ClientError> {
        look::list(self, client).await
    }
}
