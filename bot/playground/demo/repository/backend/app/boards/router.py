"""The routes under /api/v1/boards."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter

from app.auth import CurrentUser
from app.boards.models import Board, BoardWithMembers, Member, NewBoard, NewMember
from app.boards.service import Boards
from app.problems import answers

router = APIRouter(prefix="/api/v1/boards", tags=["boards"], responses=answers(401))


@router.get("", response_model=list[Board])
def list_boards(user: CurrentUser, boards: Boards) -> object:
    """The boards that the user is on."""
    return boards.mine(user)


@router.post("", response_model=Board, status_code=201)
def create_board(new: NewBoard, user: CurrentUser, boards: Boards) -> object:
    """Make a board."""
    return boards.create(user, new.name)


@router.get("/{board_id}", response_model=BoardWithMembers, responses=answers(404))
def get_board(board_id: UUID, user: CurrentUser, boards: Boards) -> object:
    """A board and who is on it."""
    board = boards.visible(user, str(board_id))
    return {**board, "members": boards.members(str(board_id))}


@router.post("/{board_id}/members", response_model=Member, status_code=201, responses=answers(403, 404))
def add_member(board_id: UUID, new: NewMember, user: CurrentUser, boards: Boards) -> object:
    """Let somebody in."""
    return boards.add_member(user, str(board_id), str(new.user_id))
