// SPDX-License-Identifier: Apache-2.0

import FoundationEssentials
import Model
import TaskKit

/// The one JSON object a plug-in reads on standard input.
private struct PluginInput: Encodable {
    struct Host: Encodable {
        let name: String
        let address: String
        let os: String
        let labels: [String: String]
    }
    struct Instance: Encodable {
        let name: String
        let software: String
        let version: String?
    }

    let `protocol`: Int
    let run: String
    let step: String
    let attempt: String
    let effect: String
    let host: Host?
    let instance: Instance?
    let parameters: [String: JSONValue]
}

/// What a plug-in is told: who it works for, on what, and the values of its parameters.
func pluginInput(_ values: [String: Value], _ context: TaskContext) throws(TaskFailure) -> [UInt8] {
    let input = PluginInput(
        protocol: protocolVersion, run: context.run.rawValue, step: context.path.rawValue, attempt: context.attempt,
        effect: context.effect.rawValue,
        host: context.host.map { host in
            .init(
                name: host.name.rawValue, address: host.connection.address, os: host.os.rawValue, labels: host.labels)
        },
        instance: context.instance.map { instance in
            .init(
                name: instance.name.rawValue, software: instance.software, version: instance.version?.description)
        },
        parameters: values.compactMapValues(JSONValue.init))
    do {
        return Array(try JSONEncoder().encode(input)) + [UInt8(ascii: "\n")]
    } catch {
        throw TaskFailure(.pluginFailed, "the parameters cannot be written as JSON: \(error)")
    }
}
