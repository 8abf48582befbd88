// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

/// What `task.yaml` says of an external task type.
struct Manifest: Sendable {
    /// Where the program runs.
    enum Place: String, CaseIterable, Sendable {
        /// On each target: its file is sent there for every run and removed afterwards.
        case host
        /// Beside the controller, from its folder.
        case controller
    }

    /// A parameter, and the value it has when none is given.
    struct Input: Sendable {
        let spec: ParameterSpec
        let kind: ValueKind
        let standard: Value?
    }

    /// The name tasks use; the folder has it, too.
    let name: TaskTypeName
    /// What it does, in a sentence.
    let summary: Localized
    /// Where the program runs.
    let runs: Place
    /// The program's file in the folder.
    let program: String
    /// What reads the program; nil = what its first line says.
    let interpreter: [String]?
    /// What it does to its host unless the task says otherwise.
    let effect: Effect
    /// Whether it chooses between the OK and the ERROR links.
    let branches: Bool
    /// Environment variables that are kept; all others are taken away.
    let environment: [String]
    /// What it asks for.
    let inputs: [Input]
    /// What it hands over.
    let outputs: [OutputSpec]
    /// What stands under `with` in its example.
    let example: Setting
}
