"""The form into which the dashboard's token is typed once, and what is said to whom it does not let in."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from bot.web.forms import REFERRER_WITHIN, read_form
from bot.web.guard import COOKIE, COOKIE_SECONDS, TRIES_SECONDS, Guard, NotAdmitted, Why
from bot.web.rendering import Pages

STATUS = {Why.NOT_LOCAL: 403, Why.NO_TOKEN: 401, Why.WRONG_TOKEN: 401, Why.TOO_MANY_TRIES: 429}
SENTENCES = {
    Why.NOT_LOCAL: "Without BATON_DASHBOARD_TOKEN Baton's pages are answered to this machine only. "
    "Set it and start Baton again, or come through a tunnel to 127.0.0.1.",
    Why.NO_TOKEN: "The dashboard's token is needed, as `Authorization: Bearer …`.",
    Why.WRONG_TOKEN: "This is not the dashboard's token. It is the value of BATON_DASHBOARD_TOKEN where Baton runs.",
    Why.TOO_MANY_TRIES: "Too many wrong tokens came from this address. Wait a minute, then try again.",
}


def signing_in_routes(guard: Guard, pages: Pages) -> APIRouter:
    """`POST /sign-in` gives a browser its cookie, `POST /sign-out` takes it away."""
    routes = APIRouter()

    @routes.post("/sign-in")
    async def sign_in(request: Request) -> Response:
        form = await read_form(request)
        back = _inside(form.get("next", "/"))
        try:
            guard.demand(form.get("token", "").strip(), request)
        except NotAdmitted as refused:
            return refusal_page(pages, guard, refused.why, back)
        answer = RedirectResponse(back, status_code=303)
        secure = request.url.scheme == "https"
        answer.set_cookie(
            COOKIE, guard.cookie(), COOKIE_SECONDS, secure=secure, httponly=True, samesite="strict"
        )
        return answer

    @routes.post("/sign-out")
    async def sign_out(request: Request) -> Response:
        await read_form(request)
        answer = RedirectResponse("/", status_code=303)
        answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return answer

    return routes


def refusal(request: Request, pages: Pages, guard: Guard, why: Why) -> Response:
    """What somebody is told who is not let in: a program by JSON, a person by a page."""
    if not request.url.path.startswith("/api/"):
        return refusal_page(pages, guard, why, _inside(request.url.path))
    headers = {"cache-control": "no-store"}
    if STATUS[why] == 401:
        headers["www-authenticate"] = 'Bearer realm="Baton"'
    if why is Why.TOO_MANY_TRIES:
        headers["retry-after"] = str(int(TRIES_SECONDS))
    return JSONResponse({"error": SENTENCES[why]}, status_code=STATUS[why], headers=headers)


def refusal_page(pages: Pages, guard: Guard, why: Why, back: str) -> HTMLResponse:
    """The form, or why there is none."""
    said = "" if why is Why.NO_TOKEN else SENTENCES[why]
    template = "sign_in.html.j2" if guard.has_token else "local_only.html.j2"
    answer = pages.page(template, STATUS[why], said=said, back=back)
    answer.headers.update(REFERRER_WITHIN)
    if why is Why.TOO_MANY_TRIES:
        answer.headers["retry-after"] = str(int(TRIES_SECONDS))
    return answer


def _inside(path: str) -> str:
    """A path of ours; nobody is sent elsewhere after signing in."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() else "/"
