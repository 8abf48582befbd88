// SPDX-License-Identifier: Apache-2.0

import Model

extension Setting {
    /// The value of a variable: a number only where its text comes back from it unchanged.
    ///
    /// Nobody declares what kind a variable has, and it reaches programs as text: `0644` and `1.10` must arrive as they stand.
    var variableValue: Value {
        switch content {
        case .list(let items): return .list(items.map(\.variableValue))
        case .scalar(let text, quoted: false):
            let value = plainValue
            return value.text == text ? value : .text(text)
        case .empty, .scalar, .map: return plainValue
        }
    }
}
