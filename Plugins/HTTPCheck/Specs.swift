// SPDX-License-Identifier: Apache-2.0

import Model
import TaskKit

extension HTTPCheck {
    /// What it asks for.
    static let specs: [ParameterSpec] = [
        ParameterSpec("url", .value(.text), required: true, "What to ask: http://… or https://…, without a password."),
        ParameterSpec(
            "method", .value(.choice), choices: Method.allCases.map(\.rawValue), "How to ask. Default GET."),
        ParameterSpec("headers", .map, "Headers to send."),
        ParameterSpec("body", .value(.text), "The body to send."),
        ParameterSpec("status", .values, "The status codes that are fine, such as 200-399,401. Default 200-299."),
        ParameterSpec("text", .value(.text), "A text that must stand in the answer's body."),
        ParameterSpec("pattern", .value(.text), "A pattern that must be found in the answer's body."),
        ParameterSpec("json", .map, "What must stand at places of a JSON answer: `$.checks[0].state: UP`."),
        ParameterSpec("timeout", .value(.duration), "The longest time for everything. Default 10s."),
        ParameterSpec("connectTimeout", .value(.duration), "The longest time for the connection. Default 5s."),
        ParameterSpec("redirects", .value(.integer), "How many redirects to follow on the same host. Default 0."),
        ParameterSpec("redirectHosts", .values, "Other hosts that redirects may be followed to."),
        ParameterSpec(
            "verify", .value(.bool), "Whether the certificate must be trusted and fit the name. Default true."),
        ParameterSpec("caFile", .value(.path), "The certificates to trust, on the controller. Default: the system's."),
        ParameterSpec("certificateDays", .value(.integer), "The fewest days the certificate must still be valid."),
        ParameterSpec(
            "connectTo", .value(.text),
            "Where to connect to instead of the URL's host, such as ${host.address}: asks one server behind a shared name."
        ),
        ParameterSpec("proxy", .value(.text), "A proxy to go through. Default: none, whatever the environment says."),
        ParameterSpec(
            "thresholds", .any, "When an output is worth a finding: `{value, warning, error, code, absolute}`."),
    ]

    /// What it hands over.
    static let outputSpecs: [OutputSpec] = [
        OutputSpec("status", .integer, "The status code of the last answer."),
        OutputSpec("dns_ms", .number, "Time to find the address."),
        OutputSpec("connect_ms", .number, "Time to connect, after the address was found."),
        OutputSpec("tls_ms", .number, "Time to agree on TLS, after the connection."),
        OutputSpec("first_byte_ms", .number, "Time from the beginning to the first byte of the last answer."),
        OutputSpec("total_ms", .number, "Time for everything, redirects included."),
        OutputSpec("certificate_expires", .text, "When the server's certificate expires, in UTC."),
        OutputSpec("certificate_days_left", .integer, "Whole days until then; negative when it has expired."),
        OutputSpec("body_bytes", .integer, "Bytes of the body that were read; at most 1 MiB."),
        OutputSpec("redirected_to", .text, "The URL a redirect leads to, or was followed to."),
    ]
}
