//! `kill -9` at any moment, while requests are throttled and answers get lost: at every time the cloud holds what is recorded and
//! what open intents name, nothing twice; the next apply makes it whole, and the plan after that is empty.
//!
//! `cargo xtask crash` runs 500 rounds. `CAIRN_CRASH_ROUNDS` and `CAIRN_CRASH_SEED` say how many here, and which.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Stdio;
use std::time::{Duration, Instant};

use cairn_model::{ApplyKind, ResourceMode};
use cairn_state::{Snapshot, read_snapshot};
use ecs_emulator::{Delays, Fault, FaultKind};

use crate::support::TestContext;

const INSTANCES: usize = 60;
const RULES: usize = 12;

/// Three networks of twenty servers, which differ in more than can be shared by one call.
const CLUSTER: &str = r#"
data "alicloud_zones" "all" {
  available_resource_creation = "VSwitch"
}

data "alicloud_images" "linux" {
  name_regex = "^aliyun_3_x64"
  owners     = "system"
}

resource "alicloud_vpc" "v" {
  vpc_name   = "net"
  cidr_block = "10.0.0.0/16"
}

resource "alicloud_vswitch" "s" {
  count        = 3
  vswitch_name = "s-${count.index}"
  vpc_id       = alicloud_vpc.v.id
  zone_id      = data.alicloud_zones.all.zones[0].id
  cidr_block   = "10.0.${count.index}.0/24"
}

resource "alicloud_security_group" "g" {
  count               = 3
  security_group_name = "g-${count.index}"
  vpc_id              = alicloud_vpc.v.id
}

resource "alicloud_security_group_rule" "r" {
  count             = 12
  type              = "ingress"
  ip_protocol       = "tcp"
  port_range        = "${8000 + count.index}/${8000 + count.index}"
  cidr_ip           = "10.0.0.0/16"
  security_group_id = alicloud_security_group.g[count.index % 3].id
}

resource "alicloud_instance" "i" {
  count           = 60
  instance_name   = format("server-%02d", count.index)
  instance_type   = count.index % 2 == 0 ? "ecs.g6.large" : "ecs.g6.xlarge"
  image_id        = data.alicloud_images.linux.images[0].id
  vswitch_id      = alicloud_vswitch.s[count.index % 3].id
  security_groups = [alicloud_security_group.g[count.index % 3].id]
}

output "ids" {
  value = alicloud_instance.i[*].id
}
"#;

const DELAYS: Delays = Delays {
    pending: 60,
    starting: 60,
    stopping: 20,
    network: 20,
};

/// Actions that faults may hit.
const ACTIONS: [&str; 8] = [
    "*",
    "CreateVpc",
    "CreateVSwitch",
    "CreateSecurityGroup",
    "AuthorizeSecurityGroup",
    "RunInstances",
    "DescribeInstances",
    "DeleteInstances",
];

/// Numbers that depend on a seed alone (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound.max(1)
    }
}

/// What a whole apply without faults takes.
struct Measure {
    time: Duration,
    requests: u64,
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

#[test]
fn an_apply_killed_at_any_moment_is_healed_by_the_next() {
    let rounds = number("CAIRN_CRASH_ROUNDS").unwrap_or(10);
    let seed = number("CAIRN_CRASH_SEED").unwrap_or_else(|| {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(1, |n| n.as_micros() as u64)
    });
    println!("seed {seed}, {rounds} rounds");
    let context = TestContext::start(DELAYS);
    context.write("main.tf", CLUSTER);
    let began = Instant::now();
    context.apply();
    let whole = Measure {
        time: began.elapsed(),
        requests: sent(&context),
    };
    let mut tally = Tally::default();
    for round in 1..=rounds {
        // Every round can be run alone: give the seed that its failure names, with one round.
        let of_round = seed.wrapping_add(round - 1);
        let mut dice = Dice(of_round.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        Round {
            context: TestContext::start(DELAYS),
            name: format!("CAIRN_CRASH_SEED={of_round}"),
        }
        .run(&mut dice, &whole, &mut tally);
        if round % 25 == 0 || round == rounds {
            println!("{round} rounds: {tally:?}");
        }
    }
    assert!(
        tally.killed * 2 > rounds,
        "most rounds must be killed on their way: {tally:?}"
    );
}

/// What the rounds came to.
#[derive(Debug, Default)]
struct Tally {
    /// How often a process was killed before its end.
    killed: u64,
    /// How often an intent was open after that.
    with_intents: u64,
    /// How often something was in the cloud that only an intent named.
    unrecorded: u64,
    /// How often a recovery was killed, too.
    recoveries_killed: u64,
    /// How often a destroy was killed.
    destroys_killed: u64,
}

struct Round {
    context: TestContext,
    name: String,
}

impl Round {
    fn run(&self, dice: &mut Dice, whole: &Measure, tally: &mut Tally) {
        self.context.write("main.tf", CLUSTER);
        self.arm(dice);
        let killed = self.kill(&["apply", "-auto-approve"], dice, whole);
        tally.killed += u64::from(killed);
        let (intents, unrecorded) = self.check();
        tally.with_intents += u64::from(intents > 0);
        tally.unrecorded += u64::from(unrecorded > 0);
        if dice.below(3) == 0 {
            let killed = self.kill(&["apply", "-auto-approve"], dice, whole);
            tally.recoveries_killed += u64::from(killed);
            self.check();
        }
        if dice.below(2) == 0 {
            // Recovery alone, at times with faults still on: what it cannot find out stays open.
            let healed = self.context.run(&["refresh"]);
            let (intents, unrecorded) = self.check();
            if healed.code == 0 {
                assert_eq!((intents, unrecorded), (0, 0), "{}", self.name);
            }
        }
        self.context.cloud.clear_faults();
        self.heals(&["apply", "-auto-approve"]);
        self.is_whole();
        if dice.below(4) == 0 {
            self.arm(dice);
            let killed = self.kill(&["destroy", "-auto-approve"], dice, whole);
            tally.destroys_killed += u64::from(killed);
            self.check();
            self.context.cloud.clear_faults();
            self.heals(&["destroy", "-auto-approve"]);
            assert!(self.context.cloud.inventory().is_empty(), "{}", self.name);
            assert!(self.context.recorded().is_empty(), "{}", self.name);
        }
    }

    /// Arms up to five faults somewhere on the way.
    fn arm(&self, dice: &mut Dice) {
        for _ in 0..dice.below(6) {
            let action = ACTIONS[dice.below(ACTIONS.len() as u64) as usize];
            let fault = match dice.below(4) {
                0 => Fault::error(action, 1 + dice.below(2), 400, "Throttling.User"),
                1 => Fault::next(action, FaultKind::DropBefore),
                2 => Fault::next(action, FaultKind::DropAfter),
                _ => Fault::next(
                    action,
                    FaultKind::Latency {
                        ms: 20 + dice.below(200),
                    },
                ),
            };
            self.context.cloud.arm(fault.after(dice.below(12)));
        }
    }

    /// Runs a command and kills it at some moment: after a time, or soon after some request. Says whether it was still running.
    fn kill(&self, args: &[&str], dice: &mut Dice, whole: &Measure) -> bool {
        let mut child = self
            .context
            .command(args)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary runs");
        let by_time = dice.below(3) == 0;
        let micros = whole.time.as_micros() as u64;
        let latest = Instant::now() + whole.time * 4;
        if by_time {
            std::thread::sleep(Duration::from_micros(dice.below(micros)));
        } else {
            let due = sent(&self.context) + 1 + dice.below(whole.requests);
            while sent(&self.context) < due
                && Instant::now() < latest
                && child.try_wait().expect("a child").is_none()
            {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::thread::sleep(Duration::from_micros(dice.below(40_000)));
        }
        let running = child.try_wait().expect("a child").is_none();
        // It may have ended by itself in between.
        drop(child.kill());
        child.wait().expect("a child");
        running
    }

    fn heals(&self, args: &[&str]) {
        let run = self.context.run(args);
        assert_eq!(
            run.code, 0,
            "{} {args:?}\n{}\n{}",
            self.name, run.stdout, run.stderr
        );
    }

    fn snapshot(&self) -> Option<Snapshot> {
        let found = read_snapshot(&self.context.dir.path().join("state/default"));
        found.unwrap_or_else(|e| panic!("{}: {e}", self.name))
    }

    /// The cloud holds nothing but what is recorded and what open intents name, and everything that is recorded, unless an open
    /// intent deletes it. Gives how many intents are open, and how many objects only they name.
    fn check(&self) -> (usize, usize) {
        let Some(snapshot) = self.snapshot() else {
            let there = self.context.cloud.inventory();
            assert!(there.is_empty(), "{}: {there:?}", self.name);
            return (0, 0);
        };
        let mut creates: BTreeMap<String, usize> = BTreeMap::new();
        let mut deletes: BTreeMap<String, usize> = BTreeMap::new();
        let mut tokens = BTreeSet::new();
        for intent in &snapshot.open_intents {
            tokens.insert(intent.call.token.to_string());
            for request in &intent.call.requests {
                let of_kind = match request.kind {
                    ApplyKind::Create => &mut creates,
                    ApplyKind::Delete => &mut deletes,
                    ApplyKind::Update => continue,
                };
                *of_kind.entry(request.ty.to_string()).or_default() += 1;
            }
        }
        let recorded = recorded(&snapshot);
        let none = BTreeSet::new();
        let mut unrecorded = 0;
        for (ty, real) in self.real() {
            let known = recorded.get(ty).unwrap_or(&none);
            let only_real = real.difference(known).count();
            let only_recorded: Vec<_> = known.difference(&real).collect();
            let named = creates.get(ty).copied().unwrap_or_default();
            assert!(
                only_real <= named,
                "{}: {only_real} of {ty} are not recorded, open intents name {named}",
                self.name
            );
            assert!(
                only_recorded.len() <= deletes.get(ty).copied().unwrap_or_default(),
                "{}: {ty} {only_recorded:?} are recorded, but not there",
                self.name
            );
            unrecorded += only_real;
        }
        let known = recorded.get("alicloud_instance").unwrap_or(&none);
        let mut names = BTreeSet::new();
        for instance in self.context.cloud.inventory().instances {
            let call = instance.tags.get("cairn:call");
            assert!(
                known.contains(&instance.id) || call.is_some_and(|c| tokens.contains(c)),
                "{}: nothing knows of {} ({})",
                self.name,
                instance.id,
                instance.name
            );
            assert!(
                names.insert(instance.name.clone()),
                "{}: {} is there twice",
                self.name,
                instance.name
            );
        }
        (snapshot.open_intents.len(), unrecorded)
    }

    /// The ids of what is in the cloud, by type.
    fn real(&self) -> [(&'static str, BTreeSet<String>); 4] {
        let there = self.context.cloud.inventory();
        [
            (
                "alicloud_vpc",
                there.vpcs.into_iter().map(|e| e.id).collect(),
            ),
            (
                "alicloud_vswitch",
                there.vswitches.into_iter().map(|e| e.id).collect(),
            ),
            (
                "alicloud_security_group",
                there.security_groups.into_iter().map(|e| e.id).collect(),
            ),
            (
                "alicloud_instance",
                there.instances.into_iter().map(|e| e.id).collect(),
            ),
        ]
    }

    /// Everything is there once, recorded, and nothing is left to do.
    fn is_whole(&self) {
        assert_eq!(self.check(), (0, 0), "{}", self.name);
        let there = self.context.cloud.inventory();
        assert_eq!(there.instances.len(), INSTANCES, "{}", self.name);
        assert_eq!(there.vpcs.len(), 1, "{}", self.name);
        assert_eq!(there.vswitches.len(), 3, "{}", self.name);
        assert_eq!(there.security_groups.len(), 3, "{}", self.name);
        let rules: usize = there.security_groups.iter().map(|g| g.rules).sum();
        assert_eq!(rules, RULES, "{}", self.name);
        let run = self.context.run(&["plan", "-detailed-exitcode"]);
        assert_eq!(
            run.code, 0,
            "{}: the plan is not empty\n{}\n{}",
            self.name, run.stdout, run.stderr
        );
    }
}

/// How many requests the cloud has had.
fn sent(context: &TestContext) -> u64 {
    context.cloud.counters().values().sum()
}

/// The recorded ids by type, those that wait to be deleted included.
fn recorded(snapshot: &Snapshot) -> BTreeMap<String, BTreeSet<String>> {
    let mut found: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (addr, instance) in &snapshot.state.instances {
        let resource = &addr.resource.resource;
        if resource.mode != ResourceMode::Managed {
            continue;
        }
        for object in instance.current.iter().chain(instance.deposed.values()) {
            let id = object.remote.value.value().get_attr("id");
            if let Some(id) = id.and_then(|v| v.as_str()) {
                let ids = found.entry(resource.ty.to_string()).or_default();
                assert!(ids.insert(id.to_owned()), "{addr}: {id} is recorded twice");
            }
        }
    }
    found
}
