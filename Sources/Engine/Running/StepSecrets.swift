// SPDX-License-Identifier: Apache-2.0

import Expressions
import Model
import Planning
import TaskKit

/// The secrets that a try of a step needs, read just before it and forgotten with it.
struct StepSecrets: Sendable {
    private let step: PlannedStep
    private let lane: Int
    private let resolver: ValueResolver
    private var texts: [Reference: String] = [:]

    /// Reads what the step's settings name.
    ///
    /// - Throws: `TaskFailure` with the reason `secret-missing` where a secret cannot be read.
    init(
        _ step: PlannedStep, _ lane: Int, _ resolver: ValueResolver, _ specs: [ParameterSpec], read: SecretLookup
    ) async throws(TaskFailure) {
        self.step = step
        self.lane = lane
        self.resolver = resolver
        for (reference, source) in wanted(specs) {
            let purpose = resolver.purpose(of: reference.path.dropFirst().joined(separator: "."), scope: step.scope)
            do throws(SessionFailure) {
                texts[reference] = try await read(source, purpose)
            } catch {
                throw TaskFailure(error.code, "\(purpose) cannot be read: \(error.message)")
            }
        }
    }

    /// Fills a text of the step's settings; a secret only where the task type takes one or hands it on.
    func fill(_ text: String, _ spec: ParameterSpec?) throws(EvaluationError) -> FilledText {
        try resolver.filled(text, scope: step.scope, lane: lane) {
            (reference: Reference, source: SecretSource) throws(EvaluationError) -> String in
            switch spec?.secrets {
            case .passedOn?: return source.description
            case .revealed? where texts[reference] != nil: return texts[reference] ?? ""
            default: return try refuseSecret(reference, source)
            }
        }
    }

    /// The secrets in the settings that take them, and where each is read.
    private func wanted(_ specs: [ParameterSpec]) -> [(Reference, SecretSource)] {
        let fields = step.settings.entries.filter { entry in
            specs.contains { $0.name == entry.key && $0.secrets == .revealed }
        }
        let references = fields.flatMap { $0.value.allTexts }.flatMap { (try? Template($0))?.expressions ?? [] }
            .compactMap(\.soleReference)
        return Set(references).compactMap { reference in
            // What has no value is told when the settings are filled.
            guard case .secret(let source)? = try? resolver.value(of: reference, scope: step.scope, lane: lane)
            else { return nil }
            return (reference, source)
        }
    }
}
