// SPDX-License-Identifier: Apache-2.0

/// Words of other tools (Ansible, GitHub Actions, Rundeck, Airflow …), each with what has its place here.
enum ForeignWords {
    /// What to say of a key of a playbook.
    static func hint(forPlaybook key: String) -> String? { playbook[key] }
    /// What to say of a key of a task; Ansible has a family of loops.
    static func hint(forTask key: String) -> String? {
        task[key] ?? (key.hasPrefix("with_") ? task["loop"] : nil)
    }
    /// What to say of a key of a parameter.
    static func hint(forParameter key: String) -> String? { parameter[key] }

    private static let playbook = table([
        "write all tasks under tasks, a map in the order they run":
            "pre_tasks post_tasks steps stages jobs workflow actions sequence commands flow",
        "the hosts are chosen at launch with --on; a task of type Schedule says when a job starts by itself":
            "hosts targets on inventory nodes agent runs-on runs_on",
        "the id is the file's path; write title for what people read": "name id displayName",
        "write help": "description desc about summary",
        "write parameters, each with a type; -e gives the values":
            "vars variables vars_files vars_prompt params args arguments inputs options survey",
        "write with.environment in the tasks that need it": "env environment",
        "write account in each task, and become: sudo or su there":
            "become become_user become_method remote_user user sudo account",
        "leave it out; ${host.…} comes from the inventory, and a task looks up the rest": "gather_facts facts",
        "write a task of type ExecuteJOB that calls a job":
            "roles import_playbook include import_tasks include_tasks include_role import_role",
        handler: "handlers notify",
        "write batch, such as 1, 10 or 25%": "serial batch_size",
        "write stopAfter, such as 1 or 10%: after so many failed targets no further one starts":
            "max_fail_percentage any_errors_fatal fail_fast fail-fast",
        "write parallel for targets at once, and concurrent for runs of this job at once":
            "strategy forks throttle concurrency",
        "leave it out; aliases are names by which a job is also found": "tags labels",
        "write it in a task; a Condition has the place of when": "timeout timeLimit retry retries when if",
        "write a task of type Schedule with rules": "schedule cron trigger triggers",
        "write a parameter of type secret": "no_log secrets vault",
        "write firstline: 1": "version apiVersion",
        "write messages": "texts translations i18n",
    ])

    private static let task = table([
        "the task's name is its key in tasks; write title for what people read":
            "name id displayName description desc help",
        "write a task of type Condition before it, and after: {THAT_TASK: ok}": "when if unless condition only_if",
        "declare it under with.outputs; later tasks read ${steps.TASK.NAME}": "register set_fact output outputs",
        "a task runs once on each target; give a list parameter to one script and loop there":
            "loop items foreach for_each matrix loop_control repeat",
        "write retry: {times: 20, delay: 3s}; the task is tried again until it succeeds":
            "until retries delay attempts tries max_attempts",
        handler: "notify listen handlers handler",
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
        "write type: RunProgram, and with: {script: {text: …}} or with: {program: …}":
            "shell command cmd run exec raw bash sh script program",
        "write it under with; 'firstline task-type show RunProgram' shows the keys":
            "arguments args environment env stdin directory chdir cwd interpreter errorWhen thresholds",
        "write type; 'firstline task-type list' shows them": "action module uses plugin operator kind task",
        "write type: ExecuteJOB, and with: {job: …}":
            "include import_tasks include_tasks include_role import_role role roles job call block",
        "write after in the task that follows: {THIS_TASK: error}, {THIS_TASK: all} or {THIS_TASK: ok}":
            "rescue always on_error on_failure onError on_success onSuccess next",
        "write after: [TASK, …]": "depends_on dependsOn depends needs requires dependencies before",
        "write timeLimit: 5m, and onTimeLimit for what happens then":
            "timeout time_limit timeout_seconds timeout-minutes",
        "write with.background: true, and let a later task look": "async poll background",
        "write the task type's own keys under with; a job's parameters are read as ${params.NAME}":
            "vars params parameters values inputs",
        "leave it out; 'firstline plan' shows what a run would do": "tags check_mode diff any_errors_fatal",
        "leave it out; a parameter of type secret is shown nowhere": "no_log",
        "write parallel or batch in the job, or in a task of type ExecuteJOB": "throttle serial forks",
        "write retry.delay between two tries, or a task of type HOLD that waits for a person": "sleep pause wait",
    ])

    private static let parameter = table([
        "write help": "description desc prompt label", "write default": "value initial",
        "write type: choice, and choices: [a, b]": "values options enum allowed allowedValues",
        "write pattern, which the whole text must match": "regex regexp format match validation",
        "write min": "minimum minLength lower", "write max": "maximum maxLength upper",
        "write type: secret": "private no_log sensitive encrypted password",
        "write required: false or a default; without both a value must be given": "optional mandatory",
        "write type: list": "multiple multivalued",
    ])

    /// Types of a parameter, in small letters.
    static let parameterTypes = table([
        "text": "string str varchar char", "integer": "int long uint", "number": "float double decimal",
        "bool": "boolean flag checkbox", "list": "array sequence tuple multi",
        "secret": "password credential vault", "choice": "enum select option options dropdown",
        "path": "file directory dir folder filename", "duration": "time timespan interval timeout", "size": "bytes",
    ])

    private static let handler =
        "write a task with after: {THE_TASK: ok}, and a Condition on steps.THE_TASK.changed before it"

    private static func table(_ hints: KeyValuePairs<String, String>) -> [String: String] {
        let pairs = hints.flatMap { hint, words in words.split(separator: " ").map { (String($0), hint) } }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
