// SPDX-License-Identifier: Apache-2.0

/// How one amount stands to another.
package enum Order: Sendable { case less, same, more }

extension Order {
    /// The order seen from the other side.
    package var reversed: Order {
        switch self {
        case .less: .more
        case .same: .same
        case .more: .less
        }
    }

    /// The order of two items of one type; nil when one of them is not a number.
    package init?<Item: Comparable>(of one: Item, to two: Item) {
        if one < two {
            self = .less
        } else if one > two {
            self = .more
        } else if one == two {
            self = .same
        } else {
            return nil
        }
    }

    /// The exact order of a whole number and a `Double`, also where a `Double` leaves the whole number out.
    package init?(of one: Int, to two: Double) {
        if let exact = Int(exactly: two) {
            self.init(of: one, to: exact)
        } else {
            // What has a fraction is small enough for both to be exact; what is no Int is larger or smaller than each.
            self.init(of: two.magnitude < 0x1p63 ? Double(one) : 0, to: two)
        }
    }
}

extension Value {
    /// How it stands to a limit: numbers and sizes by their amount, durations by their length; nil for what has no amount.
    ///
    /// A plain number that limits a duration is in seconds.
    package func order(toLimit limit: Value) -> Order? {
        switch (self, limit) {
        case (.integer(let one), .integer(let two)), (.size(let one), .size(let two)),
            (.integer(let one), .size(let two)), (.size(let one), .integer(let two)):
            Order(of: one, to: two)
        case (.integer(let one), .number(let two)), (.size(let one), .number(let two)): Order(of: one, to: two)
        case (.number(let one), .integer(let two)), (.number(let one), .size(let two)):
            Order(of: two, to: one)?.reversed
        case (.number(let one), .number(let two)): Order(of: one, to: two)
        case (.duration(let one), .duration(let two)): Order(of: one, to: two)
        case (.duration(let one), .integer(let two)): Order(of: one, to: .seconds(two))
        case (.duration(let one), .number(let two)): Order(of: Double(one.microseconds) / 1_000_000, to: two)
        default: nil
        }
    }
}

extension Parameter {
    /// Whether a value is smaller than the smallest, or larger than the largest; nil when it is neither.
    package func limit(brokenBy value: Value) -> (isLeast: Bool, limit: Value)? {
        if let minimum, value.order(toLimit: minimum) == .less { return (true, minimum) }
        if let maximum, value.order(toLimit: maximum) == .more { return (false, maximum) }
        return nil
    }
}
