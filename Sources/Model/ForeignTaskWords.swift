// SPDX-License-Identifier: Apache-2.0

/// What to say of a key that tasks have in other tools (Ansible, GitHub Actions, Rundeck, Airflow …): what has its place here.
///
/// It is true of a key of the task, and of one under its `with`. Ansible has a family of loops.
package func hintOfForeignTask(_ key: String) -> String? {
    words[key] ?? (key.hasPrefix("with_") ? words["loop"] : nil)
}

/// What has the place of Ansible's handlers.
package let foreignHandler =
    "write a task with after: {THE_TASK: ok}, and a Condition on steps.THE_TASK.changed before it"

/// Makes a table of hints by word from lists of words by hint.
package func wordTable(_ hints: KeyValuePairs<String, String>) -> [String: String] {
    let pairs = hints.flatMap { hint, words in words.split(separator: " ").map { (String($0), hint) } }
    return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
}

private let words = wordTable([
    "the task's name is its key in tasks; write title for what people read":
        "name id displayName description desc help",
    "write a task of type Condition before it, and after: {THAT_TASK: ok}": "when if unless condition only_if",
    "declare it under with.outputs; later tasks read ${steps.TASK.NAME}": "register set_fact",
    "a task runs once on each target; give a list parameter to one script and loop there":
        "loop items foreach for_each matrix loop_control repeat",
    "write retry: {times: 20, delay: 3s}; the task is tried again until it succeeds":
        "until retries delay attempts tries max_attempts",
    foreignHandler: "notify listen handlers handler",
    "write errorReflection: false, and after: {THIS_TASK: all} in the task that follows":
        "ignore_errors ignore_unreachable continue_on_error continue-on-error allow_failure errors",
    "write with.errorWhen, or let the script report a finding": "failed_when fail_when success_when error_when",
    "write effect: check where it only reads; a script says changed no itself": "changed_when",
    "write account: NAME, and become: sudo or su":
        "become_user remote_user user run_as runAs sudo sudo_user as",
    "write become: sudo or su": "become_method",
    "leave it out; the inventory says where the password of sudo is read":
        "become_flags become_pass become_password",
    "write on: each (every target), on: controller (once) or a selection such as on: \"group=db\"":
        "hosts host target targets delegate_to run_once local_action connection nodes",
    "write after in the task that follows: {THIS_TASK: error}, {THIS_TASK: all} or {THIS_TASK: ok}":
        "rescue always on_error on_failure onError on_success onSuccess next",
    "write after: [TASK, …]": "depends_on dependsOn depends needs requires dependencies before",
    "write timeLimit: 5m, and onTimeLimit for what happens then":
        "timeout time_limit timeout_seconds timeout-minutes",
    "write with.background: true, and let a later task look": "async poll background",
    "leave it out; 'firstline plan' shows what a run would do": "tags check_mode diff any_errors_fatal",
    "leave it out; a parameter of type secret is shown nowhere": "no_log",
    "write parallel or batch in the job, or in a task of type ExecuteJOB": "throttle serial forks",
    "write retry.delay between two tries, or a task of type HOLD that waits for a person": "sleep pause wait",
])
