//! Every command there is has its tests: of its main use, of its JSON where it prints some, and of two mistakes at least. A command
//! or a test that the table below does not know fails here.

use std::collections::{BTreeMap, BTreeSet};

use super::usage::MISTAKES;
use crate::support::{TestContext, root};

/// A command, the test of its main use, and that of its JSON where it has any: `file::function` under `tests/e2e`.
struct Row(&'static str, &'static str, Option<&'static str>);

#[rustfmt::skip]
const TESTS: &[Row] = &[
    Row("apply", "lifecycle::a_tag_changes_in_place", Some("stream::a_creation_is_told_with_its_provisioners")),
    Row("completion", "completion::shells_ask_what_may_follow", None),
    Row("console", "console::resources_have_their_recorded_or_planned_values", None),
    Row("destroy", "web_cluster::the_web_cluster_lives_its_whole_life", Some("stream::a_failure_ends_with_its_message_and_a_destroy_with_its_sum")),
    Row("drift", "drift::an_edited_a_deleted_and_a_foreign_instance_are_told_apart", Some("drift::an_edited_a_deleted_and_a_foreign_instance_are_told_apart")),
    Row("emulator fault", "emulator::faults_strike_where_and_when_they_are_told_to", None),
    Row("emulator serve", "running::the_emulator_serves_until_it_is_interrupted", None),
    Row("explain", "explain::each_action_is_explained", Some("explain::a_saved_plan_is_explained_as_json")),
    Row("fmt", "fmt::files_are_written_in_canonical_form", None),
    Row("force-unlock", "running::who_holds_a_lock_is_told", None),
    Row("get", "modules::git_repositories_are_installed_at_their_reference", None),
    Row("graph", "describe::a_graph_shows_resources_and_what_they_directly_depend_on", None),
    Row("import", "state::what_exists_is_imported_by_its_id", None),
    Row("import-state", "state::terraforms_own_state_is_not_passed_over_but_taken_over", None),
    Row("init", "modules::an_archive_is_installed_and_used_from_plan_to_destroy", Some("modules::init_speaks_json_and_refuses_what_is_not_there")),
    Row("man", "completion::every_command_has_a_manual_page", None),
    Row("metadata functions", "describe::functions_are_described", Some("describe::functions_are_described")),
    Row("modules", "describe::modules_are_listed_with_their_sources", Some("describe::modules_are_listed_with_their_sources")),
    Row("output", "commands::outputs_are_printed_in_each_form", Some("commands::outputs_are_printed_in_each_form")),
    Row("plan", "lifecycle::another_disk_category_replaces", Some("flags::tools_read_a_file_while_people_read_the_terminal")),
    Row("providers", "describe::providers_are_listed_by_module_and_their_schemas_printed", None),
    Row("providers lock", "describe::providers_need_no_lock_and_no_mirror", None),
    Row("providers mirror", "describe::providers_need_no_lock_and_no_mirror", None),
    Row("providers schema", "describe::providers_are_listed_by_module_and_their_schemas_printed", Some("describe::providers_are_listed_by_module_and_their_schemas_printed")),
    Row("refresh", "state::a_refresh_records_what_changed_outside", Some("state::a_refresh_records_what_changed_outside")),
    Row("show", "saved_plan::a_state_and_a_saved_plan_are_shown", Some("plan_json::variables_have_what_was_given_or_their_defaults")),
    Row("state abandon", "history::calls_of_an_interrupted_apply_are_listed_and_closed_by_hand", None),
    Row("state diff", "history::states_of_the_past_are_shown_compared_and_put_back", Some("history::states_of_the_past_are_shown_compared_and_put_back")),
    Row("state intents", "history::calls_of_an_interrupted_apply_are_listed_and_closed_by_hand", Some("history::calls_of_an_interrupted_apply_are_listed_and_closed_by_hand")),
    Row("state list", "commands::the_state_is_listed_and_shown", None),
    Row("state log", "history::every_apply_is_listed_with_its_configuration_and_what_it_came_to", Some("history::every_apply_is_listed_with_its_configuration_and_what_it_came_to")),
    Row("state mv", "state::a_resource_is_renamed_in_the_record_and_in_the_configuration", None),
    Row("state pull", "state::a_state_file_is_pushed_where_it_belongs", Some("state::terraforms_own_state_is_not_passed_over_but_taken_over")),
    Row("state push", "state::a_state_file_is_pushed_where_it_belongs", None),
    Row("state repair", "history::damage_is_found_and_repaired_as_far_as_the_files_lead", Some("history::damage_is_found_and_repaired_as_far_as_the_files_lead")),
    Row("state replace-provider", "state::an_owner_is_replaced", None),
    Row("state restore", "history::states_of_the_past_are_shown_compared_and_put_back", Some("history::states_of_the_past_are_shown_compared_and_put_back")),
    Row("state rm", "state::what_is_removed_from_the_record_is_made_anew", None),
    Row("state show", "commands::the_state_is_listed_and_shown", None),
    Row("state verify", "history::damage_is_found_and_repaired_as_far_as_the_files_lead", Some("history::damage_is_found_and_repaired_as_far_as_the_files_lead")),
    Row("taint", "state::a_tainted_instance_is_replaced_unless_the_mark_is_taken_away", None),
    Row("test", "testing::runs_apply_on_a_cloud_of_their_own_and_leave_nothing", Some("testing::tools_read_lines_of_json")),
    Row("untaint", "state::a_tainted_instance_is_replaced_unless_the_mark_is_taken_away", None),
    Row("validate", "commands::validate_checks_without_values_or_cloud", Some("commands::validate_checks_without_values_or_cloud")),
    Row("version", "commands::version_and_init_say_what_they_are", Some("commands::version_and_init_say_what_they_are")),
    Row("workspace delete", "state::workspaces_have_states_of_their_own", None),
    Row("workspace list", "state::workspaces_have_states_of_their_own", None),
    Row("workspace new", "state::workspaces_have_states_of_their_own", None),
    Row("workspace select", "state::workspaces_have_states_of_their_own", None),
    Row("workspace show", "state::workspaces_have_states_of_their_own", None),
];

/// The commands that can be run: `plan`, `state mv`; and whether each takes `-json`. A shell's question finds them.
fn commands(context: &TestContext) -> BTreeMap<String, bool> {
    let ask = |line: &str| {
        let run = context.run_with(&[("COMP_LINE", line)], &[]).expect(0);
        run.stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut found = BTreeMap::new();
    let mut open = ask("cairn ");
    while let Some(name) = open.pop() {
        let inner = ask(&format!("cairn {name} "));
        open.extend(inner.iter().map(|i| format!("{name} {i}")));
        // `providers` does something by itself, the other families do not.
        let runs = inner.is_empty() || name == "providers";
        if runs {
            let has_json = ask(&format!("cairn {name} -json")).contains(&"-json".to_owned());
            found.insert(name, has_json);
        }
    }
    found
}

/// The text of a test function, or nothing where there is none.
fn test(name: &str) -> Option<String> {
    let (file, function) = name.split_once("::")?;
    let path = root().join("tests/e2e").join(format!("{file}.rs"));
    let text = std::fs::read_to_string(path).ok()?;
    let at = text.find(&format!("#[test]\nfn {function}() {{\n"))?;
    let body = &text[at..];
    let end = body.find("\n}\n\n#[test]\n").unwrap_or(body.len());
    Some(body[..end].to_owned())
}

/// How the body of a test runs a command: by its own words, or by what the support has for it.
fn runs(body: &str, command: &str) -> bool {
    let helper = match command {
        "apply" => "context.apply()",
        "plan" => "context.planned(",
        "show" => "context.plan_json(",
        // A function of the file puts the input in.
        "console" => "answers(&context",
        _ => "",
    };
    let typed = command
        .split(' ')
        .all(|word| body.contains(&format!("\"{word}\"")));
    typed || (!helper.is_empty() && body.contains(helper))
}

#[test]
fn every_command_has_its_tests() {
    let context = TestContext::new("");
    let there = commands(&context);
    let rows: BTreeMap<&str, &Row> = TESTS.iter().map(|r| (r.0, r)).collect();
    assert_eq!(rows.len(), TESTS.len(), "a command stands there twice");
    let listed: BTreeSet<&str> = rows.keys().copied().collect();
    let known: BTreeSet<&str> = there.keys().map(String::as_str).collect();
    assert_eq!(listed, known, "the table beside the commands");
    let mut wrong = Vec::new();
    for (command, has_json) in &there {
        let Row(_, main, json) = rows[command.as_str()];
        match test(main) {
            None => wrong.push(format!("{command}: there is no test {main}")),
            Some(body) if runs(&body, command) => {}
            Some(_) => wrong.push(format!("{command}: {main} does not run it")),
        }
        match (json.map(test), has_json) {
            (None, true) => wrong.push(format!("{command}: -json has no test")),
            (Some(None), _) => wrong.push(format!("{command}: there is no test {json:?}")),
            (Some(Some(body)), true) if !body.contains("json") => {
                wrong.push(format!("{command}: {json:?} reads no JSON"));
            }
            _ => {}
        }
        let typed = |args: &[&str]| {
            let words: Vec<&str> = args
                .iter()
                .copied()
                .filter(|a| !a.starts_with('-'))
                .collect();
            let longest = there
                .keys()
                .filter(|c| format!("{} ", words.join(" ")).starts_with(&format!("{c} ")))
                .max_by_key(|c| c.len());
            longest == Some(command)
        };
        let mistakes = MISTAKES.iter().filter(|(args, ..)| typed(args)).count();
        if mistakes < 2 {
            wrong.push(format!("{command}: {mistakes} mistakes"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
