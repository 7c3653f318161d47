"""The house rules of DESIGN and STYLE as tests: each rule finds what breaks it, and the product breaks none.

A rule takes one module and gives the lines that break it. Next to each stands a sample that it must find.
"""

import ast
import builtins
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zoneinfo import available_timezones

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = ("handlers", "bot", "storage", "content")
LINES_OF_A_FILE = 350
LINES_OF_A_FUNCTION = 50

# The schema's history: one frozen function for each release, read once.
MIGRATIONS = "storage/migrations/versions/"
# "Service" is what `socrates serve` runs: desk, workers, clock and socket. As another name it says nothing.
NAMELESS = {"base", "common", "data", "handle", "helpers", "manager", "misc", "process", "service", "utils"}
RUNNING_SERVICE = "handlers/service.py"
THE_CLOCK = "bot/work.py"
SPEAK_HTTP = {"bot/transfers.py", "handlers/sandbox/cast/cast.py"}
# Not queries: the session that verbs pass on, and what the database may refuse.
SQL_ABOVE_STORAGE = {"sqlmodel.ext.asyncio.session", "sqlalchemy.exc"}
NOW = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns"}
ENVIRONMENT = {"environ", "environb", "getenv", "getenvb", "putenv"}
ZONES = available_timezones()
CATCHES_ALL = {"Exception", "BaseException"}


@dataclass
class Module:
    """One Python file; ``path`` is relative to the repository."""

    path: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        return list(ast.walk(self.tree))

    @property
    def layer(self) -> str:
        return self.path.partition("/")[0]

    @property
    def in_sandbox(self) -> bool:
        return self.path.startswith("handlers/sandbox/")


Rule = Callable[[Module], Iterator[int]]


def product() -> list[Module]:
    paths = [path for layer in LAYERS for path in sorted((ROOT / layer).rglob("*.py"))]
    return [Module(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in paths]


MODULES = product()
CLASSES = {node.name for module in MODULES for node in module.nodes if isinstance(node, ast.ClassDef)}
# A word with both capitals and small letters: a class, where it is raised or stands in backquotes.
CLASS_NAME = r"[A-Z]\w*[a-z]\w*"
RAISED = re.compile(rf"(?:Raises|,|\band|\bor)\s+({CLASS_NAME})")
QUOTED = re.compile(rf"`({CLASS_NAME})(?:\.\w+)*`")


def files_that_hold_two_things(module: Module) -> Iterator[int]:
    length = len(module.text.splitlines())
    if length > LINES_OF_A_FILE and not module.path.startswith(MIGRATIONS):
        yield length


def functions_that_hold_two_things(module: Module) -> Iterator[int]:
    for function in functions(module):
        length = (function.end_lineno or 0) - function.lineno + 1
        if length > LINES_OF_A_FUNCTION and not module.path.startswith(MIGRATIONS):
            yield function.lineno


def names_that_say_nothing(module: Module) -> Iterator[int]:
    parts = Path(module.path).with_suffix("").parts
    if NAMELESS.intersection(parts) and module.path != RUNNING_SERVICE:
        yield 1


def modules_that_do_not_say_what_they_are_for(module: Module) -> Iterator[int]:
    if not ast.get_docstring(module.tree):
        yield 1


def docstrings_that_name_no_class(module: Module) -> Iterator[int]:
    """What a docstring says is raised, and what it quotes like a class, is a class that the product or Python has."""
    known = CLASSES.union(dir(builtins), imported_names(module))
    for node in module.nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node) or ""
            sentences = re.findall(r"\bRaises .+?(?:\.(?!\S)|$)", text, re.DOTALL)
            raised = [name for sentence in sentences for name in RAISED.findall(sentence)]
            if not known.issuperset([*raised, *QUOTED.findall(text)]):
                yield node.body[0].lineno


def public_functions_without_types(module: Module) -> Iterator[int]:
    for function in functions(module):
        if function.name.startswith("_") and function.name != "__init__":
            continue
        given = function.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        untyped = [
            each for each in every if each and each.annotation is None and each.arg not in ("self", "cls")
        ]
        if untyped or function.returns is None:
            yield function.lineno


def queries_above_storage(module: Module) -> Iterator[int]:
    if module.layer == "storage":
        return
    for line, name in imports(module):
        if name.partition(".")[0] in ("sqlalchemy", "sqlmodel") and name not in SQL_ABOVE_STORAGE:
            yield line
    yield from (call.lineno for call in calls(module) if name_of(call.func) in ("select", "exec"))


def clocks_beside_the_desk(module: Module) -> Iterator[int]:
    if module.path != THE_CLOCK and not module.in_sandbox:
        yield from (
            node.lineno
            for node in module.nodes
            if isinstance(node, ast.Attribute) and f"{name_of(node.value)}.{node.attr}" in NOW
        )


def second_http_clients(module: Module) -> Iterator[int]:
    if module.path not in SPEAK_HTTP:
        yield from (line for line, name in imports(module) if name.partition(".")[0] in ("httpx", "requests"))


def readers_of_the_environment(module: Module) -> Iterator[int]:
    for node in module.nodes:
        if isinstance(node, ast.Attribute) and node.attr in ENVIRONMENT:
            yield node.lineno
        if isinstance(node, ast.ImportFrom) and ENVIRONMENT.intersection(name.name for name in node.names):
            yield node.lineno


def clients_that_send_twice(module: Module) -> Iterator[int]:
    """Slack's client repeats a call whose answer was lost, unless it is told to have no retry handlers."""
    for call in calls(module):
        if name_of(call.func).endswith("WebClient"):
            named = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
            if named.get("retry_handlers") != "[]":
                yield call.lineno


def broad_excepts(module: Module) -> Iterator[int]:
    """There is none: Bolt's error listener gets what was raised, and the workers gather what their turns raise."""
    for node in module.nodes:
        if isinstance(node, ast.ExceptHandler):
            caught = ast.walk(node.type) if node.type else []
            if node.type is None or any(
                isinstance(each, ast.Name) and each.id in CATCHES_ALL for each in caught
            ):
                yield node.lineno
        if isinstance(node, ast.Call) and name_of(node.func) == "suppress":
            yield from (node.lineno for caught in node.args if name_of(caught) in CATCHES_ALL)


def answers_by_response_url(module: Module) -> Iterator[int]:
    """``respond()`` builds a client of its own, with the default retries."""
    if module.in_sandbox:
        return
    for function in functions(module):
        named = [*function.args.args, *function.args.kwonlyargs]
        if any(each.arg == "respond" for each in named):
            yield function.lineno


def listeners_that_open_a_session(module: Module) -> Iterator[int]:
    """A listener calls one verb, and the verb is the transaction."""
    if module.path.startswith("handlers/slack/"):
        for node in module.nodes:
            if isinstance(node, ast.Attribute) and node.attr in ("sessions", "work", "reading", "snapshot"):
                yield node.lineno


def zones_that_nobody_chose(module: Module) -> Iterator[int]:
    """In which zone a date or a moment is told is decided for each company and each person, by `zone_of`."""
    if module.layer != "bot":
        return
    for function in functions(module):
        given = function.args
        last = [*given.posonlyargs, *given.args][-len(given.defaults) :] if given.defaults else []
        named = [each for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True) if value]
        yield from (each.lineno for each in [*last, *named] if each.arg.endswith("zone"))


def zones_that_are_typed_in(module: Module) -> Iterator[int]:
    """A part of a longer text, such as the UTC of UTC+04, is no zone."""
    if module.layer == "bot":
        parts = {id(part) for node in module.nodes if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in module.nodes:
            if isinstance(node, ast.Constant) and node.value in ZONES and id(node) not in parts:
                yield node.lineno


def dates_that_views_find_out(module: Module) -> Iterator[int]:
    """A rule has decided in the company's zone on which date something was; a view prints it."""
    if "views" in Path(module.path).with_suffix("").parts:
        yield from (
            call.lineno for call in calls(module) if name_of(call.func) in ("local_date", "wall_clock")
        )


SAMPLES: dict[Rule, tuple[str, str]] = {
    files_that_hold_two_things: ("bot/long.py", "x = 1\n" * (LINES_OF_A_FILE + 1)),
    functions_that_hold_two_things: ("bot/a.py", "def long():\n" + "    x = 1\n" * LINES_OF_A_FUNCTION),
    names_that_say_nothing: ("bot/utils/dates.py", ""),
    modules_that_do_not_say_what_they_are_for: ("bot/a.py", "x = 1"),
    docstrings_that_name_no_class: ("bot/a.py", '"""Raises ValueError for a gap, and Gone at its end."""'),
    public_functions_without_types: ("bot/a.py", "class A:\n    def f(self, x: int, *more) -> None: ..."),
    queries_above_storage: ("bot/a.py", "from sqlmodel import select"),
    clocks_beside_the_desk: ("storage/a.py", "import datetime\nnow = datetime.datetime.now(UTC)"),
    second_http_clients: ("bot/a.py", "def f():\n    from httpx import get"),
    readers_of_the_environment: ("handlers/a.py", "import os\nos.environ['TOKEN']"),
    clients_that_send_twice: ("handlers/a.py", "AsyncWebClient(token)"),
    broad_excepts: ("bot/a.py", "try:\n    f()\nexcept (ValueError, Exception):\n    pass"),
    listeners_that_open_a_session: ("handlers/slack/a.py", "async with desk.reading() as work: ..."),
    zones_that_nobody_chose: ("bot/a/views.py", "def shown(at: datetime, *, zone: str = BERLIN) -> str: ..."),
    zones_that_are_typed_in: ("bot/a.py", "today = local_date(now, lead.zone if lead else 'UTC')"),
    dates_that_views_find_out: ("bot/a/views.py", "late = local_date(evidence.received_at, zone) > due_on"),
    answers_by_response_url: ("handlers/slack/a.py", "async def f(ack, respond): ..."),
}


@pytest.mark.parametrize("rule", SAMPLES, ids=lambda rule: rule.__name__)
def test_the_product_has_no(rule: Rule):
    assert [f"{module.path}:{line}" for module in MODULES for line in rule(module)] == []


@pytest.mark.parametrize("rule", SAMPLES, ids=lambda rule: rule.__name__)
def test_a_sample_is_found_of(rule: Rule):
    path, text = SAMPLES[rule]
    assert list(rule(Module(path, text))) != []


def test_imports_go_down_only():
    """The contracts in pyproject.toml: layers, pure rules and views, and a sandbox that knows nothing of us."""
    judged = lint_imports(ROOT)
    assert judged.returncode == 0, judged.stdout
    assert "Contracts: 4 kept, 0 broken." in judged.stdout


def test_an_import_that_goes_up_is_found(tmp_path: Path):
    """The product's files without their text, but for one import against each contract."""
    for module in MODULES:
        (tmp_path / module.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / module.path).touch()
    (tmp_path / "storage/people.py").write_text("import bot.desk")
    (tmp_path / "bot/search/words.py").write_text("import bot.reminders.home")
    (tmp_path / "bot/policies/rules.py").write_text("import sqlalchemy")
    (tmp_path / "handlers/sandbox/__init__.py").write_text("import content")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    judged = lint_imports(tmp_path)
    assert judged.returncode == 1
    assert "Contracts: 0 kept, 4 broken." in judged.stdout


def test_each_public_class_name_stands_in_one_file():
    """A reader who meets a class name has one thing to look up."""
    files: dict[str, list[str]] = {}
    for module in MODULES:
        for node in module.tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                files.setdefault(node.name, []).append(module.path)
    assert {name: paths for name, paths in files.items() if len(paths) > 1} == {}


def test_every_layer_is_packaged():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(project["tool"]["uv"]["build-backend"]["module-name"]) == set(LAYERS)
    assert set(project["tool"]["importlinter"]["root_packages"]) == set(LAYERS)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    script = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", script, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False
    )


def functions(module: Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in module.nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def calls(module: Module) -> Iterator[ast.Call]:
    yield from (node for node in module.nodes if isinstance(node, ast.Call))


def imported_names(module: Module) -> set[str]:
    """Every name that an import gives to the module."""
    return {
        name.asname or name.name
        for node in module.nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }


def imports(module: Module) -> Iterator[tuple[int, str]]:
    """Every import, with its line; those inside functions too."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
