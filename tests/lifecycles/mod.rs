//! Every resource type through its whole life, from one description of its arguments: made with few and with all of them, each
//! changed in place or by a replacement, imported, changed and deleted behind cairn's back and restored, and deleted.

mod commands;
mod disks;
mod eips;
mod key_pairs;
mod network;
mod routes;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::support::{NETWORK, TestContext};

/// Arguments: (attribute, expression). An empty expression leaves it out; one that begins with `block:` is a nested block.
type Arguments = &'static [(&'static str, &'static str)];

/// How a type is lived through.
struct Sample {
    /// The type and its other names.
    types: &'static [&'static str],
    /// What it stands on beside the network of the tests.
    around: &'static str,
    /// The arguments without which there is none.
    least: Arguments,
    /// What is added to them for one with everything.
    full: Arguments,
    /// Changes in place: the first attribute is the one that changes, the others go along.
    updates: &'static [Arguments],
    /// Changes that replace it.
    replaces: &'static [Arguments],
    /// Arguments that are refused before anything is made.
    refused: Arguments,
    /// Attributes that are not tried, with the reason.
    left: Arguments,
    /// Attributes that the API never tells, which an import therefore cannot know.
    never_read: &'static [&'static str],
    /// A change behind cairn's back: `ID` stands for the object's id.
    drift: Option<(ecs_api::Product, &'static str, Arguments)>,
    /// A deletion behind cairn's back.
    lost: (ecs_api::Product, &'static str, Arguments),
}

/// What a sample without a part has there.
const PLAIN: Sample = Sample {
    types: &[],
    around: "",
    least: &[],
    full: &[],
    updates: &[],
    replaces: &[],
    refused: &[],
    left: &[],
    never_read: &[],
    drift: None,
    lost: (ecs_api::Product::Ecs, "", &[]),
};

fn samples() -> Vec<Sample> {
    [
        network::samples(),
        disks::samples(),
        eips::samples(),
        commands::samples(),
        key_pairs::samples(),
        routes::samples(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The arguments of the object, as they are now.
type Now = BTreeMap<&'static str, &'static str>;

fn set(now: &mut Now, arguments: Arguments) {
    for (attribute, expression) in arguments {
        if expression.is_empty() {
            now.remove(attribute);
        } else {
            now.insert(attribute, expression);
        }
    }
}

/// One object of a type in a cloud of its own.
struct Life<'a> {
    context: TestContext,
    sample: &'a Sample,
    ty: &'static str,
    /// What was tried.
    steps: usize,
}

impl<'a> Life<'a> {
    fn new(sample: &'a Sample, ty: &'static str) -> Self {
        // A zone that has every category of disks.
        let network = NETWORK.replace("data.alicloud_zones.all.zones[0].id", "\"cn-hangzhou-h\"");
        let context = TestContext::new(&format!("{network}{}", sample.around));
        Self {
            context,
            sample,
            ty,
            steps: 0,
        }
    }

    fn address(&self) -> String {
        format!("{}.this", self.ty)
    }

    fn write(&self, now: &Now) {
        let mut text = format!("resource \"{}\" \"this\" {{\n", self.ty);
        for (attribute, expression) in now {
            match expression.strip_prefix("block:") {
                Some(inside) => writeln!(text, "  {attribute} {{\n{inside}\n  }}"),
                None => writeln!(text, "  {attribute} = {expression}"),
            }
            .expect("a string takes any text");
        }
        self.context.write("this.tf", &(text + "}\n"));
    }

    /// Applies, and fails unless the plan says this of the object, with this many added, changed and destroyed.
    #[track_caller]
    fn apply(&mut self, what: &str, says: &[&str], counts: [usize; 3]) {
        self.steps += 1;
        let run = self.context.run(&["apply", "-auto-approve"]);
        let [added, changed, destroyed] = counts;
        let counts = format!("{added} added, {changed} changed, {destroyed} destroyed");
        let address = self.address();
        let section = run
            .stdout
            .rsplit("\n\n")
            .find(|block| block.starts_with(&format!("  # {address} ")))
            .unwrap_or_default();
        for said in says {
            assert!(
                section.contains(said),
                "{address}, {what}: the plan does not say {said:?}:\n{}{}",
                run.stdout,
                run.stderr
            );
        }
        assert!(
            run.code == 0 && run.stdout.contains(&counts),
            "{address}, {what}: not {counts}:\n{}{}",
            run.stdout,
            run.stderr
        );
        self.in_sync(what);
    }

    #[track_caller]
    fn in_sync(&self, what: &str) {
        let run = self.context.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(
            run.code,
            0,
            "{}, {what}: not in sync after it:\n{}{}",
            self.address(),
            run.stdout,
            run.stderr
        );
    }

    fn id(&self) -> String {
        self.context.recorded()[&self.address()]["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    }

    /// Asks the cloud itself, with the parts of the object's id in place of `ID`, `ID1`, `ID2` …
    fn behind_our_back(&self, (product, action, arguments): (ecs_api::Product, &str, Arguments)) {
        let id = self.id();
        let parts: Vec<&str> = id.split(':').collect();
        let given: Vec<(&str, String)> = arguments
            .iter()
            .map(|(name, value)| {
                let value = match value.strip_prefix("ID").map(str::parse::<usize>) {
                    Some(Ok(part)) => parts[part - 1].to_owned(),
                    Some(Err(_)) if *value == "ID" => id.clone(),
                    _ => (*value).to_owned(),
                };
                (*name, value)
            })
            .collect();
        let given: Vec<(&str, &str)> = given.iter().map(|(n, v)| (*n, v.as_str())).collect();
        self.context.ask_of(product, action, &given);
    }

    fn live(mut self) -> usize {
        let mut now = Now::new();
        set(&mut now, self.sample.least);

        // What cannot be is refused, at its line.
        for (attribute, expression) in self.sample.refused {
            self.steps += 1;
            let mut with = now.clone();
            with.insert(attribute, expression);
            self.write(&with);
            let run = self.context.run(&["validate", "-no-color"]);
            let line = with.keys().position(|a| a == attribute).expect("set") + 2;
            assert!(
                run.code == 1 && run.stderr.contains(&format!("this.tf:{line}:")),
                "{}: {attribute} is not refused at line {line}:\n{}{}",
                self.ty,
                run.stdout,
                run.stderr
            );
        }

        self.write(&now);
        let run = self.context.run(&["apply", "-auto-approve"]).expect(0);
        assert!(run.stdout.contains("Apply complete"), "{}", run.stdout);
        self.in_sync("made with few arguments");
        self.import(&now);
        self.context
            .run(&["destroy", "-auto-approve", "-target", &self.address()])
            .expect(0);

        set(&mut now, self.sample.full);
        self.write(&now);
        self.apply("made with all arguments", &["will be created"], [1, 0, 0]);
        self.import(&now);

        for change in self.sample.updates {
            set(&mut now, change);
            self.write(&now);
            let attribute = change[0].0;
            let says = ["will be updated in-place", attribute];
            self.apply(&format!("update of {attribute}"), &says, [0, 1, 0]);
        }
        for change in self.sample.replaces {
            set(&mut now, change);
            self.write(&now);
            let attribute = change[0].0;
            let says = ["must be replaced", attribute, "forces replacement"];
            self.apply(&format!("replacement by {attribute}"), &says, [1, 0, 1]);
        }
        if let Some(drift) = self.sample.drift {
            self.behind_our_back(drift);
            self.apply(
                "changed behind our back",
                &["will be updated in-place"],
                [0, 1, 0],
            );
        }
        self.behind_our_back(self.sample.lost);
        self.apply("deleted behind our back", &["will be created"], [1, 0, 0]);

        self.steps += 1;
        self.context.run(&["destroy", "-auto-approve"]).expect(0);
        assert!(self.context.recorded().is_empty());
        let left = self.context.cloud.inventory();
        assert!(left.is_empty(), "{}: left in the cloud: {left:?}", self.ty);
        self.steps
    }

    /// Forgets and imports the object: nothing is to be changed then.
    fn import(&mut self, now: &Now) {
        self.steps += 1;
        let mut known = now.clone();
        known.retain(|attribute, _| !self.sample.never_read.contains(attribute));
        self.write(&known);
        let (id, address) = (self.id(), self.address());
        self.context.run(&["state", "rm", &address]).expect(0);
        self.context.run(&["import", &address, &id]).expect(0);
        self.in_sync("import");
        self.write(now);
        self.context.run(&["apply", "-auto-approve"]).expect(0);
    }
}

/// Lives through a type under every name, and says how much was tried.
fn live(ty: &str) -> String {
    let samples = samples();
    let sample = samples.iter().find(|s| s.types[0] == ty).expect("a sample");
    let lives = sample.types.iter().map(|name| {
        let steps = Life::new(sample, name).live();
        format!("{name}: {steps} steps")
    });
    lives.collect::<Vec<_>>().join("\n")
}

macro_rules! lives {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            println!("{}", live(concat!("alicloud_", stringify!($name))));
        })*

        /// What is lived through here.
        const LIVED: &[&str] = &[$(concat!("alicloud_", stringify!($name))),*];
    };
}

lives!(
    vpc,
    vswitch,
    security_group,
    security_group_rule,
    disk,
    disk_attachment,
    eip_address,
    eip_association,
    ecs_command,
    key_pair,
    route_table,
    route_table_attachment,
    route_entry,
);

/// Types whose changes have tests of their own.
const ELSEWHERE: &[(&str, &str)] = &[
    (
        "alicloud_instance",
        "tests/e2e/updates has every attribute of it",
    ),
    (
        "alicloud_ecs_invocation",
        "it stays listed for good; tests/e2e/command_runs.rs has every attribute of it",
    ),
];

#[test]
fn every_type_and_every_argument_is_lived_through() {
    let context = TestContext::new(NETWORK);
    let schemas = context
        .run(&["providers", "schema", "-json"])
        .expect(0)
        .json();
    let schemas = schemas["provider_schemas"]
        .as_object()
        .and_then(|all| {
            all.values()
                .find(|p| !p["resource_schemas"]["alicloud_vpc"].is_null())
        })
        .expect("the provider");
    let samples = samples();
    let mut missing = BTreeSet::new();
    let (mut types, mut arguments) = (0, 0);
    for (ty, schema) in schemas["resource_schemas"].as_object().expect("types") {
        if ELSEWHERE.iter().any(|(other, _)| other == ty) {
            continue;
        }
        let Some(sample) = samples.iter().find(|s| s.types.contains(&ty.as_str())) else {
            missing.insert(ty.clone());
            continue;
        };
        if !LIVED.contains(&sample.types[0]) {
            missing.insert(format!("{ty}: has a sample, but no test"));
        }
        types += 1;
        let changed = sample.updates.iter().chain(sample.replaces).map(|c| c[0].0);
        let told = sample.refused.iter().chain(sample.left).map(|(a, _)| *a);
        let covered: BTreeSet<&str> = changed.chain(told).collect();
        let block = &schema["block"];
        let settable = block["attributes"].as_object().expect("attributes").iter();
        let settable = settable
            .filter(|(_, a)| a["optional"] == true || a["required"] == true)
            .map(|(name, _)| name);
        let blocks = block["block_types"].as_object().into_iter().flatten();
        for name in settable.chain(blocks.map(|(name, _)| name)) {
            if ["id", "timeouts"].contains(&name.as_str()) {
                continue;
            }
            arguments += 1;
            if !covered.contains(name.as_str()) {
                missing.insert(format!("{ty}.{name}"));
            }
        }
    }
    println!("{types} resource types with {arguments} arguments are lived through");
    assert!(missing.is_empty(), "without a test: {missing:#?}");
}
