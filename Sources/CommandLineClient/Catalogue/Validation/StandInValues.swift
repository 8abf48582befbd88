// SPDX-License-Identifier: Apache-2.0

import Model
import Planning

/// Values for parameters that must be given, so that a job can be planned without anybody giving them.
enum StandInValues {
    /// A value for each parameter that has no default, and the parameters for which none was found.
    static func values(of job: Job) -> (values: [String: Setting], unfilled: [Parameter]) {
        var values: [String: Setting] = [:]
        var unfilled: [Parameter] = []
        for parameter in job.parameters where parameter.defaultValue == nil && !parameter.isOptional {
            if let value = value(for: parameter) {
                values[parameter.name] = value
            } else {
                unfilled.append(parameter)
            }
        }
        return (values, unfilled)
    }

    /// A value that the inventory might give; nil where none is found.
    @Sendable static func checkedValue(for parameter: Parameter) -> Value? {
        value(for: parameter).flatMap { try? parameter.value(given: $0) }
    }

    /// The first of some usual values that the parameter takes.
    private static func value(for parameter: Parameter) -> Setting? {
        candidates(for: parameter).lazy.map { Setting(.scalar($0, quoted: true)) }
            .first { (try? parameter.value(given: $0)) != nil }
    }

    private static func candidates(for parameter: Parameter) -> [String] {
        let limits = [parameter.minimum, parameter.maximum].compactMap { $0?.text }
        return switch parameter.kind {
        case .text: texts
        case .integer, .number, .size: ["1"] + limits + ["0", "80"]
        case .duration: ["1m"] + limits.map { $0 + "s" }
        case .bool: ["true"]
        case .path: ["/stand-in", "/stand-in/file", "/stand-in.conf", "/stand-in/file.pem"]
        case .choice: parameter.choices
        case .list: ["stand-in"] + texts
        case .secret: ["env:STAND_IN"]
        }
    }

    /// Texts of the kinds that patterns usually ask for.
    private static let texts = [
        "stand-in", "standin", "stand_in", "a", "A", "1", "12", "a1", "A1", "0", "80", "8080", "1.0", "1.2.3",
        "stand.in",
        "stand-in.service", "stand-in.example", "10.0.0.1", "10.0.0.1:80", "10.0.0.0/24", "http://stand-in.example/",
        "https://stand-in.example/", "user@stand-in.example", "/stand-in", "2026-01-31", "2026-01-31 12:00", "12:00",
        "64M", "10%",
        "key=value", "0644", "755", "root", "+1G", "eth0", "",
    ]
}
