"""Write: make a file say exactly this."""

from __future__ import annotations

from pydantic import Field

from bot.crew.tools.cutting import lines_of
from bot.crew.tools.desk import Desk
from bot.crew.tools.tool import Answer, Inputs, Tool


class WriteInputs(Inputs):
    file_path: str = Field(description="The file, relative to the repository's root")
    content: str = Field(description="Everything that the file shall say")


def run(call: WriteInputs, desk: Desk) -> Answer:
    existed = desk.exists(call.file_path)
    desk.write(call.file_path, call.content)
    done = "Replaced" if existed else "Created"
    return Answer(f"{done} {call.file_path}: {len(lines_of(call.content))} lines.")


WRITE = Tool(
    "Write",
    "Create a file, or replace all of an existing one. Directories on the way are made. "
    "To change a part of an existing file use Edit; read a file before you replace it.",
    WriteInputs,
    run,
)
