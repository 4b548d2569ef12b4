//! The cloud outlives the process.

use ecs_emulator::{Change, Delays, Emulator, Kind, Options};

use crate::support::{network, run};

#[test]
fn the_cloud_outlives_the_process() {
    let dir = tempfile::tempdir().unwrap();
    let options = |dir: &std::path::Path| Options {
        data_dir: Some(dir.to_owned()),
        delays: Delays::NONE,
        ..Options::default()
    };
    let first = dir.path().join("first");
    let emulator = Emulator::start(options(&first)).unwrap();
    let net = network(&emulator);
    let answer = run(
        &emulator,
        &net,
        "Amount=20&InstanceName=w[1,2]&ClientToken=t&UserData=YQ==",
    );
    let ids = answer.body["InstanceIdSets"].clone();
    let before = emulator.inventory();

    // What is on disk while the process lives is all there is after a kill.
    let killed = dir.path().join("killed");
    std::fs::create_dir(&killed).unwrap();
    std::fs::copy(first.join("cloud.jsonl"), killed.join("cloud.jsonl")).unwrap();
    let second = Emulator::start(options(&killed)).unwrap();
    assert_eq!(second.inventory(), before);
    assert_eq!(
        run(
            &second,
            &net,
            "Amount=20&InstanceName=w[1,2]&ClientToken=t&UserData=YQ=="
        )
        .body["InstanceIdSets"],
        ids
    );
    assert_eq!(second.inventory(), before);
    // It goes on with new ids and addresses.
    assert_eq!(run(&second, &net, "Amount=20").status, 200);
    let more = second.inventory();
    let distinct = |part: fn(&ecs_emulator::InstanceEntry) -> &str| {
        more.instances
            .iter()
            .map(part)
            .collect::<std::collections::BTreeSet<_>>()
            .len()
    };
    assert_eq!((distinct(|i| &i.id), distinct(|i| &i.private_ip)), (40, 40));
    second.shutdown();

    // Two at once must not write into one file.
    let error = Emulator::start(options(&first)).unwrap_err();
    assert!(
        error.to_string().contains("in use by another process"),
        "{error}"
    );
    for _ in 0..200 {
        let id = before.instances[0].id.clone();
        emulator
            .change(Kind::Instance, &id, Change::tag("n", "x"))
            .unwrap();
    }
    let before = emulator.inventory();
    emulator.shutdown();
    let compacted = std::fs::read_to_string(first.join("cloud.jsonl")).unwrap();
    assert!(
        compacted.lines().count() < 100,
        "the history was not compacted"
    );
    let third = Emulator::start(options(&first)).unwrap();
    assert_eq!(third.inventory(), before);
}
