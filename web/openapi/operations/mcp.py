"""MCP, for language models."""

from web.answer_types.mcp import McpAnswer, McpFault, McpMessage
from web.openapi.components.headers import PLAYER_LIMITS
from web.openapi.components.operation import JSON, PROBLEM, Answer, Content, Operation
from web.openapi.components.problems import problem
from web.openapi.components.shared_answers import SENT, refusal, without

DETAIL = "Send `Authorization: Bearer` with a token that has the scope `read`."
NO_TOKEN = problem(401, "Unauthorized", DETAIL, "/mcp")
NO_SCOPE = problem(403, "Forbidden", "This token may not read statistics: it needs the scope `read`.", "/mcp")
NO_SDK = problem(501, "Not Implemented", "MCP needs the extra `mcp`: install it.", "/mcp")
NOT_FOUND = McpAnswer("2.0", 1, error=McpFault(-32601, "Method not found"))
PARSE_ERROR = McpAnswer("2.0", None, error=McpFault(-32700, "Parse error"))
TOTALS = McpAnswer("2.0", 1, {"content": [{"type": "text", "text": "…"}], "structuredContent": {"totals": {}}})


def _or_message(description: str, example: McpAnswer, status: int, title: str, detail: str) -> Answer:
    """A message of MCP, or an error of this service."""
    return Answer(description, {JSON: Content(example), PROBLEM: Content(problem(status, title, detail, "/mcp"))})


OPERATIONS = (
    Operation(
        "post", "/mcp", "mcp", "service", "MCP",
        "The Model Context Protocol, by which language models ask: its streamable HTTP, without sessions. For a token "
        "with the scope `read`; tools have the rights and the limits of the token.",
        {
            200: Answer("The answer to a request.", {JSON: Content(TOTALS)}, PLAYER_LIMITS),
            202: Answer("A notification has arrived; it needs no answer."),
            **without(SENT, 400, 401, 403, 404),
            400: _or_message("The body is no MCP message.", PARSE_ERROR, 400, "Bad Request", "The query is too long."),
            401: refusal("No token, or an invalid one.", NO_TOKEN),
            403: refusal("The token lacks the scope.", NO_SCOPE),
            404: _or_message("No such method; or an invalid link.", NOT_FOUND, 404, "Not Found", "Invalid link."),
            406: Answer("Accept does not name application/json.", {JSON: Content(PARSE_ERROR)}),
            501: refusal("The SDK is not installed.", NO_SDK),
        },
        body={JSON: McpMessage}, security=({"token": []}, {"oauth2": ["read"]}),
    ),
)  # fmt: skip
