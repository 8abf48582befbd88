// SPDX-License-Identifier: Apache-2.0

import CommandLineClient

await Wiring.$current.withValue(House.wiring) { await Firstline.start() }
