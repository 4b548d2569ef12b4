//! Write-only arguments: the call that sets them has their values, and no file that cairn writes does, nor any message or event.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path as FilePath, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use cairn_engine::{Apply, Cancel, Disk, Sessions, apply, import, plan, recover};
use cairn_lang::{EvalContext, Evaluator, InputSource, Inputs, LoadedTree, RawInput, load};
use cairn_model::{
    ApplyCall, ApplyRequest, AttributeSchema, Batching, BlockSchema, CallToken, Lineage,
    NestedBlock, ProviderAddr, ProviderSchema, RemoteObject, ResourceMode, ResourceSchema,
};
use cairn_plan::{PlanInput, PlanOptions, Planner};
use cairn_provider::{
    ApplyResponse, Connect, PlanRequest, PlanResponse, Problem, Provider, ReadRequest,
    ReadResponse, Registry, Session, UnmanagedObject,
};
use cairn_state::{OpenOptions, PlanFile, SledStore, StateStore, to_tfstate};
use cairn_value::{Known, Name, Path, PathStep, Type, Value, name};

const MAIN: &str = r#"
variable "password" {
  type      = string
  ephemeral = true
}
variable "name" { type = string }
resource "test_user" "u" {
  name     = var.name
  password = "first-${var.password}"
  key { secret = "second-${var.password}" }
}
"#;

/// What the provider notes of a call and of the files at that time.
#[derive(Default)]
struct Notes {
    /// `first / second`, as given to each call.
    given: Vec<String>,
    /// Files that held a value while a call was under way.
    found: Vec<PathBuf>,
}

/// `test_user`: `name`, `password` (write-only), `id`; blocks `key` with `secret` (write-only). A user named "lost" is made, but
/// its call is never answered.
struct Users {
    addr: ProviderAddr,
    schema: ProviderSchema,
    folder: PathBuf,
    notes: Mutex<Notes>,
}

fn write_only() -> AttributeSchema {
    AttributeSchema {
        write_only: true,
        ..AttributeSchema::optional(Type::String)
    }
}

impl Users {
    fn new(folder: &FilePath) -> Self {
        let key = BlockSchema::new([(name("secret"), write_only())], []);
        let block = BlockSchema::new(
            [
                (name("id"), AttributeSchema::computed(Type::String)),
                (name("name"), AttributeSchema::required(Type::String)),
                (name("password"), write_only()),
            ],
            [(name("key"), NestedBlock::list(key, 0, 0))],
        );
        let user = ResourceSchema {
            version: 0,
            block: Arc::new(block),
            batching: Batching::default(),
        };
        Self {
            addr: ProviderAddr::implied("test"),
            schema: ProviderSchema {
                provider: Arc::new(BlockSchema::new([], [])),
                resources: [(name("test_user"), user)].into(),
                data_sources: BTreeMap::new(),
                ephemerals: BTreeMap::new(),
            },
            folder: folder.to_owned(),
            notes: Mutex::default(),
        }
    }
}

impl Provider for Users {
    fn addr(&self) -> &ProviderAddr {
        &self.addr
    }

    fn schema(&self) -> &ProviderSchema {
        &self.schema
    }

    fn validate_provider(&self, _: &Value) -> Vec<Problem> {
        Vec::new()
    }

    fn validate(&self, _: ResourceMode, _: &Name, config: &Value) -> Vec<Problem> {
        match config.get_attr("password") {
            Some(Value::Null(_)) => {
                vec![Problem::error(
                    "no-password",
                    "No password",
                    "There must be one.",
                )]
            }
            _ => Vec::new(),
        }
    }

    fn plan(&self, requests: &[PlanRequest<'_>]) -> Vec<PlanResponse> {
        let planned = |r: &PlanRequest<'_>| PlanResponse {
            planned: Some(r.proposed.clone()),
            ..PlanResponse::default()
        };
        requests.iter().map(planned).collect()
    }

    fn calls(&self, requests: &[ApplyRequest]) -> Vec<Vec<usize>> {
        (0..requests.len()).map(|i| vec![i]).collect()
    }

    fn operation(&self, _: &ApplyRequest) -> String {
        "PutUser".to_owned()
    }
}

/// A user as the service tells of it: with passwords, and an id if it had none.
fn telling(user: &Value) -> RemoteObject {
    let told = user.transform(&Path::root(), &mut |path, v| {
        let last = path.0.last();
        let is = |attribute: &str| matches!(last, Some(PathStep::Attr(a)) if &**a == attribute);
        match &v {
            Value::Null(_) if is("password") || is("secret") => Value::string("s3cret-told"),
            Value::Unknown(_) | Value::Null(_) if is("id") => Value::string("u-1"),
            _ => v,
        }
    });
    RemoteObject {
        value: Known::try_from(told).unwrap(),
        private: Arc::from([]),
        schema_version: 0,
    }
}

struct Connected(Arc<Users>);

#[async_trait]
impl Connect for Connected {
    async fn configure(&self, _: &Known) -> Result<Arc<dyn Session>, Vec<Problem>> {
        Ok(Arc::new(Self(self.0.clone())))
    }
}

#[async_trait]
impl Session for Connected {
    async fn read(&self, requests: &[ReadRequest]) -> Vec<ReadResponse> {
        let there = |r: &ReadRequest| {
            let prior = r.prior.as_ref().expect("only users are read");
            ReadResponse::Present(Box::new(telling(prior.value.value())))
        };
        requests.iter().map(there).collect()
    }

    async fn apply(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        let mut notes = self.0.notes.lock().unwrap();
        notes.found.extend(holding(&self.0.folder));
        let mut answers = Vec::new();
        for request in &call.requests {
            let given = request.given.as_ref().expect("what is written");
            let text = |v: &Value, a: &str| v.get_attr(a).unwrap().as_str().unwrap().to_owned();
            let Some(Value::List(keys)) = given.get_attr("key") else {
                panic!("no keys in {given:?}");
            };
            let (first, second) = (text(given, "password"), text(&keys.items[0], "secret"));
            notes.given.push(format!("{first} / {second}"));
            if text(given, "name") == "lost" {
                answers.push(ApplyResponse::Unsure(Vec::new()));
                continue;
            }
            // It says more than it should: everything that it was given.
            let object = telling(given);
            answers.push(ApplyResponse::Done(Some(Box::new(object)), Vec::new()));
        }
        answers
    }

    async fn recover(&self, call: &ApplyCall) -> Vec<ApplyResponse> {
        let found = |r: &ApplyRequest| {
            let object = telling(&r.planned);
            ApplyResponse::Done(Some(Box::new(object)), Vec::new())
        };
        call.requests.iter().map(found).collect()
    }

    async fn import(&self, _: &Name, id: &str) -> Result<RemoteObject, Vec<Problem>> {
        let key = Value::object([(name("secret"), Value::Null(Type::String))]);
        Ok(telling(&Value::object([
            (name("id"), Value::string(id)),
            (name("name"), Value::string("ann")),
            (name("password"), Value::Null(Type::String)),
            (name("key"), Value::list(key.ty(), vec![key])),
        ])))
    }

    async fn unmanaged(
        &self,
        _: &Name,
        _: &BTreeSet<String>,
    ) -> Result<Vec<UnmanagedObject>, Vec<Problem>> {
        Ok(Vec::new())
    }
}

/// What every password in these tests has in it.
const SECRET: &[u8] = b"s3cret-";

/// The files below a folder that hold a password.
fn holding(folder: &FilePath) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(holding(&path));
        } else if std::fs::read(&path)
            .unwrap()
            .windows(SECRET.len())
            .any(|w| w == SECRET)
        {
            found.push(path);
        }
    }
    found
}

/// A project: a configuration, its state, and the provider that notes.
struct Project {
    dir: tempfile::TempDir,
    users: Arc<Users>,
    registry: Registry,
    /// Everything that was told on the way.
    told: String,
}

impl Project {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("main.tf"), MAIN).unwrap();
        let users = Arc::new(Users::new(dir.path()));
        let mut registry = Registry::default();
        registry.register(users.clone(), Arc::new(Connected(users.clone())));
        Self {
            dir,
            users,
            registry,
            told: String::new(),
        }
    }

    fn options(&self) -> OpenOptions {
        OpenOptions {
            lineage: Lineage(Arc::from("test")),
            ..OpenOptions::new(self.dir.path().join("state"))
        }
    }

    fn inputs(loaded: &mut LoadedTree, user: &str, password: &str) -> Inputs {
        let given = [("name", user), ("password", password)].map(|(n, v)| {
            let raw = RawInput::Text(v.to_owned(), InputSource::CommandLine);
            (name(n), raw)
        });
        let (inputs, said) = Inputs::resolve(&loaded.tree, &mut loaded.sources, &given.into());
        assert!(said.is_empty(), "{said:?}");
        inputs
    }

    /// Plans, saves the plan, applies what was saved, and closes the state.
    async fn up(&mut self, user: &str, password: &str) -> cairn_engine::Applied {
        let disk = Disk::new(self.dir.path());
        let context = || EvalContext {
            workspace: "default".to_owned(),
            cwd: "/".to_owned(),
            root: ".".to_owned(),
            timestamp: "2026-01-02T03:04:05Z".to_owned(),
            files: &disk,
            home: None,
        };
        let mut loaded = load(&disk);
        let inputs = Self::inputs(&mut loaded, user, password);
        let mut store = SledStore::open(self.options()).unwrap();
        let mut sessions = Sessions::new(&self.registry);
        let planner = Planner::new(PlanInput {
            tree: &loaded.tree,
            inputs: &inputs,
            context: context(),
            prior: store.load().unwrap(),
            registry: &self.registry,
            options: PlanOptions::default(),
        });
        let told = &mut self.told;
        let note = &mut |e| told.push_str(&format!("{e:?}"));
        let (planned, said) = plan(planner, &mut sessions, note).await.unwrap();
        assert!(said.is_empty(), "{said:?}");
        let path = self.dir.path().join("saved.tfplan");
        let mut saved = PlanFile {
            plan: planned,
            sources: Vec::new(),
            version: String::new(),
            settings: BTreeMap::new(),
        };
        // As the command does it: an ephemeral variable is given anew.
        saved.plan.variables.retain(|n, _| &**n != "password");
        saved.plan.given.retain(|n, _| &**n != "password");
        saved.write(&path).unwrap();
        let planned = PlanFile::read(&path).unwrap().plan;
        let mut evaluator = Evaluator::new(&loaded.tree, &inputs, context());
        let mut count = 0;
        let done = apply(
            Apply {
                plan: &planned,
                evaluator: &mut evaluator,
                registry: &self.registry,
                sessions: &mut sessions,
                store: &mut store,
                parallelism: 2,
                tokens: &mut || {
                    count += 1;
                    CallToken(Arc::from(format!("call-{user}-{count}")))
                },
                cancel: Cancel::default(),
            },
            note,
        )
        .await;
        self.told.push_str(&format!("{:?}", done.diagnostics));
        let text = to_tfstate(&store.load().unwrap(), &|_, _| None);
        self.told.push_str(&format!("{text:?}"));
        Box::new(store).close().unwrap();
        done
    }

    #[track_caller]
    fn holds_nothing(&self) {
        assert_eq!(holding(self.dir.path()), Vec::<PathBuf>::new());
        let notes = self.users.notes.lock().unwrap();
        assert_eq!(notes.found, Vec::<PathBuf>::new());
        assert!(!self.told.contains("s3cret-"), "{}", self.told);
    }

    /// Does something to the state with the configuration and the provider at hand.
    async fn with<T>(
        &mut self,
        work: impl AsyncFnOnce(&mut SledStore, &mut Evaluator<'_>, &mut Sessions<'_>) -> T,
    ) -> T {
        let disk = Disk::new(self.dir.path());
        let mut loaded = load(&disk);
        let inputs = Self::inputs(&mut loaded, "ann", "s3cret-with");
        let context = EvalContext {
            workspace: "default".to_owned(),
            cwd: "/".to_owned(),
            root: ".".to_owned(),
            timestamp: "2026-01-02T03:04:05Z".to_owned(),
            files: &disk,
            home: None,
        };
        let mut evaluator = Evaluator::new(&loaded.tree, &inputs, context);
        let mut sessions = Sessions::new(&self.registry);
        let mut store = SledStore::open(self.options()).unwrap();
        let done = work(&mut store, &mut evaluator, &mut sessions).await;
        Box::new(store).close().unwrap();
        done
    }

    /// The user's password as recorded, which is none.
    #[track_caller]
    fn has_recorded_a_user(&self) {
        let state = SledStore::open(self.options()).unwrap().load().unwrap();
        let user = state.current(&"test_user.u".parse().unwrap()).unwrap();
        let recorded = user.remote.value.value();
        assert!(recorded.get_attr("password").unwrap().is_null());
        assert_eq!(recorded.get_attr("id").unwrap().as_str(), Some("u-1"));
    }

    fn given(&self) -> Vec<String> {
        self.users.notes.lock().unwrap().given.clone()
    }
}

#[tokio::test]
async fn a_call_is_given_what_no_file_holds() {
    let mut project = Project::new();
    assert_eq!(project.up("ann", "s3cret-1").await.added, 1);
    project.holds_nothing();
    assert_eq!(project.given(), ["first-s3cret-1 / second-s3cret-1"]);
    // Another password alone is no change: what there was is not known.
    let done = project.up("ann", "s3cret-2").await;
    assert_eq!((done.added, done.changed), (0, 0));
    assert_eq!(project.given().len(), 1);
    // With another change it is set too, and the state that was before becomes a backup.
    assert_eq!(project.up("bea", "s3cret-3").await.changed, 1);
    project.holds_nothing();
    assert_eq!(project.given()[1..], ["first-s3cret-3 / second-s3cret-3"]);
    let backups = std::fs::read_dir(project.dir.path().join("state/backups")).unwrap();
    assert!(backups.count() > 0);
}

#[tokio::test]
async fn the_journal_of_a_call_without_an_answer_has_none_of_it() {
    let mut project = Project::new();
    let done = project.up("lost", "s3cret-1").await;
    assert_eq!(done.added, 0);
    assert_eq!(project.given(), ["first-s3cret-1 / second-s3cret-1"]);
    project.holds_nothing();
    let store = SledStore::open(project.options()).unwrap();
    let open = store.open_intents().unwrap();
    assert_eq!(open.len(), 1);
    let request = &open[0].call.requests[0];
    assert!(request.given.is_none());
    for object in [&request.config, &request.planned] {
        let password = object.get_attr("password").unwrap();
        assert!(password.is_null(), "{object:?}");
    }
}

#[tokio::test]
async fn what_is_found_of_a_call_without_an_answer_is_recorded_without_it() {
    let mut project = Project::new();
    project.up("lost", "s3cret-1").await;
    let registry = project.registry.clone();
    let said = project
        .with(async |store, evaluator, sessions| {
            recover(store, evaluator, &registry, sessions, &mut |_| ()).await
        })
        .await;
    assert!(said.failed.is_empty() && said.open.is_empty(), "{said:?}");
    project.holds_nothing();
    project.has_recorded_a_user();
}

#[tokio::test]
async fn what_is_imported_is_recorded_without_it() {
    let mut project = Project::new();
    let registry = project.registry.clone();
    let said = project
        .with(async |store, evaluator, sessions| {
            let addr = "test_user.u".parse().unwrap();
            import(&addr, "u-1", evaluator, &registry, sessions, store).await
        })
        .await;
    assert!(said.is_empty(), "{said:?}");
    project.holds_nothing();
    project.has_recorded_a_user();
    // The same by a block, within a plan.
    let mut project = Project::new();
    let block = "import {\n  to = test_user.u\n  id = \"u-1\"\n}\n";
    let main = project.dir.path().join("main.tf");
    std::fs::write(main, format!("{MAIN}{block}")).unwrap();
    let done = project.up("ann", "s3cret-1").await;
    assert_eq!((done.added, done.changed), (0, 0));
    project.holds_nothing();
    project.has_recorded_a_user();
}
