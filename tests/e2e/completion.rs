//! What shells and manuals get from the binary.

use crate::support::TestContext;

#[test]
fn shells_ask_what_may_follow() {
    let context = TestContext::start(ecs_emulator::Delays::NONE);
    let ask = |line: &str| {
        context
            .run_with(&[("COMP_LINE", line)], &["x", "y"])
            .expect(0)
            .stdout
    };
    assert_eq!(ask("cairn state mo"), "");
    assert_eq!(ask("cairn state m"), "mv\n");
    assert_eq!(ask("cairn apply -auto"), "-auto-approve\n");
    let bash = context.run(&["completion", "bash"]).expect(0).stdout;
    assert!(
        bash.starts_with("complete ") && bash.contains("cairn"),
        "{bash}"
    );
    let zsh = context.run(&["completion", "zsh"]).expect(0).stdout;
    assert!(zsh.contains("bashcompinit"), "{zsh}");
    let fish = context.run(&["completion", "fish"]).expect(0).stdout;
    assert!(fish.contains("commandline -cp"), "{fish}");
    let wrong = context.run(&["completion", "csh"]).expect(1);
    assert!(wrong.stderr.contains("csh"), "{}", wrong.stderr);
    context.run(&["completion"]).expect(1);
}

#[test]
fn a_shell_completes_with_the_script() {
    let context = TestContext::start(ecs_emulator::Delays::NONE);
    let script = context.run(&["completion", "bash"]).expect(0).stdout;
    let asked = format!(
        "{script}\nset -- $(complete -p cairn); shift; while [ \"$1\" != -C ]; do shift; done; shift\neval \"COMP_LINE='cairn vali' $(eval printf %s \"$1\")\""
    );
    let Ok(done) = std::process::Command::new("bash")
        .args(["-c", &asked])
        .output()
    else {
        return;
    };
    let told = String::from_utf8_lossy(&done.stdout);
    assert_eq!(
        told,
        "validate\n",
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn completion_is_put_into_the_files_of_shells_and_taken_out() {
    let context = TestContext::start(ecs_emulator::Delays::NONE);
    let read = |name: &str| std::fs::read_to_string(context.dir.path().join(name)).unwrap();
    context.write(".bashrc", "alias x=y");
    context.write(".config/fish/config.fish", "");
    for _ in 0..2 {
        context.run(&["-install-autocomplete"]).expect(0);
        let bash = read(".bashrc");
        assert!(
            bash.starts_with("alias x=y\ncomplete ") && bash.lines().count() == 2,
            "{bash}"
        );
    }
    assert!(read(".config/fish/completions/cairn.fish").contains("cairn"));
    assert!(!context.dir.path().join(".zshrc").exists());
    context.run(&["-uninstall-autocomplete"]).expect(0);
    assert_eq!(read(".bashrc"), "alias x=y\n");
    assert!(
        !context
            .dir
            .path()
            .join(".config/fish/completions/cairn.fish")
            .exists()
    );
    let homeless = context
        .run_with(&[("HOME", "")], &["-install-autocomplete"])
        .expect(1);
    assert!(homeless.stderr.contains("HOME"), "{}", homeless.stderr);
}

#[test]
fn every_command_has_a_manual_page() {
    let context = TestContext::start(ecs_emulator::Delays::NONE);
    context.run(&["man", "pages/man1"]).expect(0);
    let page = |name: &str| {
        std::fs::read_to_string(context.dir.path().join("pages/man1").join(name)).unwrap()
    };
    let plan = page("cairn-plan.1");
    assert!(
        plan.contains("detailed\\-exitcode") && !plan.contains("\\-\\-"),
        "{plan}"
    );
    assert!(page("cairn-state-mv.1").contains("dry\\-run"));
    assert!(page("cairn.1").contains("emulator"));
    context.write("file", "");
    let wrong = context.run(&["man", "file/x"]).expect(1);
    assert!(wrong.stderr.contains("file/x"), "{}", wrong.stderr);
    context.run(&["man"]).expect(1);
}
