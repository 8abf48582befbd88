// SPDX-License-Identifier: Apache-2.0

import CommandLineClient
import Model

OpenFiles.raise()
ProcessGuard.begin()
await Wiring.$current.withValue(House.wiring) { await Firstline.start() }
