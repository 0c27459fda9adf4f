"""Finds where rows that need an act are written: by reading the source, not by running it.

Knows the ORM's ways (`Model.objects.create`, `bulk_create`, `get_or_create`, `update`, `Model(…)`, `.save()`
of an instance that was fetched) and SQL in strings. A writing is allowed only in an effect (a function
reached from the `effect` of an act, in its module) or where it is declared with a reason.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

NOUNS = ("Space", "Grant", "Consent", "Refusal", "Mandate", "Block", "CareTeam", "Representation")
TABLES = {"Mandate": "assistance_mandate", **{n: f"consent_{n.lower()}" for n in NOUNS if n != "Mandate"}}
WRITES = {
    "create", "acreate", "bulk_create", "abulk_create", "get_or_create", "aget_or_create", "update_or_create",
    "aupdate_or_create", "update", "aupdate", "bulk_update", "abulk_update", "delete", "adelete",
}  # fmt: skip
SAVES = {"save", "asave", "save_base", "advance"}
REVERSE = {
    "space": "Space",
    "grants": "Grant",
    "consents": "Consent",
    "mandates": "Mandate",
    "blocks": "Block",
    "care_teams": "CareTeam",
}
_SQL = re.compile(
    r"\b(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|COPY)\s+(?:ONLY\s+)?\"?(?:public\.)?\"?(\w+)", re.IGNORECASE
)
# Names of every queryset: never taken for a function of ours that answers with a row.
NOT_OURS = {"get", "filter", "first", "last", "all", "exclude", "in_force", "update", "create", "save"}
APPS = ("portal", "assistance", "records", "consent")


@dataclass(frozen=True)
class Writing:
    """One place that writes such a row."""

    path: str
    function: str
    line: int
    noun: str

    @property
    def place(self) -> str:
        """ "consent/acts/space.py: give_consent": what is declared."""
        return f"{self.path}: {self.function}"


def sources_in(root: Path) -> dict[str, str]:
    """The source of every module of the four apps, by its path under `root`."""
    return {
        str(path.relative_to(root)): path.read_text(encoding="utf-8")
        for app in APPS
        for path in sorted((root / app).rglob("*.py"))
    }


@cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


def writings_in(sources: dict[str, str]) -> list[Writing]:
    """Every such writing in these modules."""
    elsewhere: dict[str, str] = {}
    for source in sources.values():
        elsewhere |= answering(_parsed(source))
    return [writing for path, source in sources.items() for writing in writings(source, path, elsewhere)]


def writings(source: str, path: str, elsewhere: dict[str, str] | None = None) -> list[Writing]:
    """Every such writing in this source. `elsewhere`: functions of other modules that answer with such rows."""
    tree = _parsed(source)
    imported = {a.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for a in node.names}
    aliases = _aliases(tree)
    answers = {name: noun for name, noun in (elsewhere or {}).items() if name in imported} | answering(tree)
    found = []
    for function, body in _functions(tree):
        names = answers | _instances(body, aliases, answers)
        if (owner := function.split(".")[0]) in NOUNS:
            names["self"] = owner
        for node in _own_nodes(body):
            if noun := _noun_written(node, names, aliases):
                found.append(Writing(path, function, node.lineno, noun))
    return found


def outside_effects(found: list[Writing], sources: dict[str, str]) -> list[Writing]:
    """Those of the writings that no effect reaches: outside `*/acts/`, or in a function that no effect calls."""
    reached = {path: in_effects(source) for path, source in sources.items() if "/acts/" in path}
    return [writing for writing in found if writing.function not in reached.get(writing.path, set())]


def calls_of(helpers: set[str], sources: dict[str, str]) -> list[Writing]:
    """Every call, in any module, of a function that writes such rows for an effect (`give_consent`)."""
    found = []
    for path, source in sources.items():
        for function, body in _functions(_parsed(source)):
            found += [
                Writing(path, function, node.lineno, _called(node))
                for node in _own_nodes(body)
                if isinstance(node, ast.Call) and _called(node) in helpers
            ]
    return found


def answering(tree: ast.Module) -> dict[str, str]:
    """The functions of a module that answer with such a row or a set of them: by annotation, or by what they return."""
    aliases, answers = _aliases(tree), {}
    for name, body in _functions(tree):
        if not isinstance(body, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        said = ast.unparse(body.returns) if body.returns is not None else ""
        nouns = [noun for noun in NOUNS if re.search(rf"(?<![\w.]){noun}\b", said)]
        names = _instances(body, aliases, {})
        for node in _own_nodes(body):
            if isinstance(node, ast.Return) and node.value is not None:
                nouns += filter(None, [_mentions(node.value, names, aliases)] if _is_chain(node.value) else [])
        if nouns:
            answers[name.rsplit(".", 1)[-1]] = nouns[0]
    return answers


def _is_chain(node: ast.AST) -> bool:
    """A queryset or a row, not what was counted or shown of it."""
    return isinstance(node, ast.Name) or (isinstance(node, ast.Call) and _called(node) not in {"exists", "count"})


def in_effects(source: str) -> set[str]:
    """The functions of an act module that its effects reach, by name: effects, and what they call, and so on."""
    tree = _parsed(source)
    bodies = dict(_functions(tree))
    reached = {name for name in bodies if name.endswith(".effect")}
    while True:
        called = {call for name in reached for call in _calls(bodies[name])}
        more = {name for name in bodies if name.rsplit(".", 1)[-1] in called} | reached
        if more == reached:
            return reached
        reached = more


def _functions(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Functions and methods by dotted name, and the module itself."""

    def walk(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.AST]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                name = f"{prefix}{child.name}"
                yield name, child
                yield from walk(child, f"{name}.")
            else:
                yield from walk(child, prefix)

    yield "(module)", tree
    yield from walk(tree, "")


def _own_nodes(body: ast.AST) -> Iterator[ast.AST]:
    """The nodes of a function, without those of the functions and classes inside it."""
    for child in ast.iter_child_nodes(body):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        yield child
        yield from _own_nodes(child)


def _aliases(tree: ast.Module) -> dict[str, str]:
    """The names that mean one of the models in this module: imported, renamed, or got by name."""
    names = {noun: noun for noun in NOUNS}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {a.asname: a.name for a in node.names if a.name in NOUNS and a.asname}
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            names |= {node.targets[0].id: noun} if (noun := _model(node.value, names)) else {}
    return names


def _model(node: ast.AST, aliases: dict[str, str]) -> str | None:
    """The noun when this expression is the model itself."""
    if isinstance(node, ast.Name):
        return aliases.get(node.id)
    if isinstance(node, ast.Attribute):
        return node.attr if node.attr in NOUNS else None
    if isinstance(node, ast.Call) and _called(node) == "get_model":
        words = " ".join(a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
        last = re.split(r"[.\s]", words)[-1].lower() if words else ""
        return next((noun for noun in NOUNS if noun.lower() == last), None)
    return None


def _mentions(node: ast.AST, names: dict[str, str], aliases: dict[str, str]) -> str | None:
    """The noun at the root of a chain: `Grant.objects.filter(…)`, `person.grants.all()`, `mandate`."""
    while True:
        if noun := _model(node, aliases):
            return noun
        if isinstance(node, ast.Name):
            return names.get(node.id)
        if isinstance(node, ast.Attribute):
            if node.attr in REVERSE:
                return REVERSE[node.attr]
            node = node.value
        elif isinstance(node, ast.Call):
            if _called(node) in names and not (isinstance(node.func, ast.Attribute) and _called(node) in NOT_OURS):
                return names[_called(node)]
            node = node.func
        elif isinstance(node, ast.Subscript | ast.Await):
            node = node.value
        else:
            return None


def _instances(body: ast.AST, aliases: dict[str, str], answers: dict[str, str]) -> dict[str, str]:
    """The local names that hold rows of the models: assigned, looped over, or annotated."""
    names: dict[str, str] = dict(answers)
    arguments = getattr(body, "args", None)
    if isinstance(arguments, ast.arguments):
        for argument in [*arguments.args, *arguments.kwonlyargs]:
            for noun in NOUNS:
                if argument.annotation is not None and re.search(rf"\b{noun}\b", ast.unparse(argument.annotation)):
                    names[argument.arg] = noun
    for _pass in range(2):  # a name may be built from another that is found later in the walk
        for node in _own_nodes(body):
            pairs: list[tuple[ast.AST, ast.AST]] = []
            if isinstance(node, ast.Assign):
                pairs = [(target, node.value) for target in node.targets]
            elif isinstance(node, ast.AnnAssign | ast.NamedExpr) and node.value is not None:
                pairs = [(node.target, node.value)]
            elif isinstance(node, ast.For | ast.comprehension):
                pairs = [(node.target, node.iter)]
            for target, value in pairs:
                for name in [target, *getattr(target, "elts", [])]:
                    if isinstance(name, ast.Name) and (noun := _mentions(value, names, aliases)):
                        names[name.id] = noun
    return names


def _noun_written(node: ast.AST, names: dict[str, str], aliases: dict[str, str]) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        tables = {match.lower() for match in _SQL.findall(node.value)}
        return next((noun for noun, table in TABLES.items() if table in tables), None)
    if not isinstance(node, ast.Call):
        return None
    if noun := _model(node.func, aliases):
        return noun if _is_model_name(node.func, aliases) else None
    name = _called(node)
    if isinstance(node.func, ast.Attribute) and name in WRITES | SAVES:
        return _mentions(node.func.value, names, aliases)
    return None


def _is_model_name(func: ast.AST, aliases: dict[str, str]) -> bool:
    """`Grant(…)` or `models.Grant(…)`, not `apps.get_model("consent", "Grant")` itself."""
    return isinstance(func, ast.Name | ast.Attribute) and _model(func, aliases) is not None


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _calls(body: ast.AST) -> set[str]:
    return {_called(node) for node in ast.walk(body) if isinstance(node, ast.Call)}
