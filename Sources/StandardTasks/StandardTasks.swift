// SPDX-License-Identifier: Apache-2.0

import CompareValueTask
import ConditionTask
import ExecuteJOBTask
import HOLDTask
import HTTPCheckTask
import RunProgramTask
import ScheduleTask
import StartTask
package import TaskKit

/// The task types that ship with the product.
package let standardTaskTypes: [any TaskType] = [
    CompareValue(),
    Condition(),
    ExecuteJOB(),
    HOLD(),
    HTTPCheck(),
    RunProgram(),
    Schedule(),
    Start(),
]
