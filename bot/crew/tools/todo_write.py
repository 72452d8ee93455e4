"""TodoWrite: the agent's own list of what is still to do."""

from __future__ import annotations

from typing import Literal

from pydantic import ConfigDict, Field

from bot.crew.tools.desk import Desk
from bot.crew.tools.tool import Answer, Inputs, Tool


class Todo(Inputs):
    model_config = ConfigDict(extra="ignore", frozen=True)

    content: str = Field(min_length=1)
    status: Literal["pending", "in_progress", "completed"]
    activeForm: str = ""


class TodoWriteInputs(Inputs):
    todos: tuple[Todo, ...] = Field(description="The whole list, as it is now")


def run(call: TodoWriteInputs, desk: Desk) -> Answer:
    done = sum(todo.status == "completed" for todo in call.todos)
    left = [todo.content for todo in call.todos if todo.status != "completed"]
    following = f" Next: {left[0]}" if left else ""
    return Answer(f"Noted: {done} of {len(call.todos)} done.{following}")


TODO_WRITE = Tool(
    "TodoWrite",
    "Keep a list of what this task needs and how far you are. Send the whole list each time.",
    TodoWriteInputs,
    run,
)
