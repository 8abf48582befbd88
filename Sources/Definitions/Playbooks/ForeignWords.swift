// SPDX-License-Identifier: Apache-2.0

import Model

/// Words of other tools (Ansible, GitHub Actions, Rundeck, Airflow …), each with what has its place here.
enum ForeignWords {
    /// What to say of a key of a playbook.
    static func hint(forPlaybook key: String) -> String? { playbook[key] }
    /// What to say of a key of a task.
    static func hint(forTask key: String) -> String? { task[key] ?? hintOfForeignTask(key) }
    /// What to say of a key of a parameter.
    static func hint(forParameter key: String) -> String? { parameter[key] }

    private static let playbook = wordTable([
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
        foreignHandler: "handlers notify",
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

    private static let task = wordTable([
        "write type: RunProgram, and with: {script: {text: …}} or with: {program: …}":
            "shell command cmd run exec raw bash sh script program",
        "write it under with; 'firstline task-type show RunProgram' shows the keys":
            "arguments args environment env stdin directory chdir cwd interpreter errorWhen thresholds",
        "write it under with; later tasks read ${steps.TASK.NAME}": "output outputs",
        "write type; 'firstline task-type list' shows them": "action module uses plugin operator kind task",
        "write type: ExecuteJOB, and with: {job: …}":
            "include import_tasks include_tasks include_role import_role role roles job call block",
        "write the task type's own keys under with; a job's parameters are read as ${params.NAME}":
            "vars params parameters values inputs",
    ])

    private static let parameter = wordTable([
        "write help": "description desc prompt label", "write default": "value initial",
        "write type: choice, and choices: [a, b]": "values options enum allowed allowedValues",
        "write pattern, which the whole text must match": "regex regexp format match validation",
        "write min": "minimum minLength lower", "write max": "maximum maxLength upper",
        "write type: secret": "private no_log sensitive encrypted password",
        "write required: false or a default; without both a value must be given": "optional mandatory",
        "write type: list": "multiple multivalued",
    ])

    /// Types of a parameter, in small letters.
    static let parameterTypes = wordTable([
        "text": "string str varchar char", "integer": "int long uint", "number": "float double decimal",
        "bool": "boolean flag checkbox", "list": "array sequence tuple multi",
        "secret": "password credential vault", "choice": "enum select option options dropdown",
        "path": "file directory dir folder filename", "duration": "time timespan interval timeout", "size": "bytes",
    ])
}
