"""A contract for import-linter: no module imports another that leads back to it, however far around.

`acyclic_siblings` looks at packages, and finds none where two modules of different packages import each other.
"""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, output


class AcyclicModules(Contract):
    type_name = "acyclic_modules"

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
        circles = list(circles_in(imports))
        return ContractCheck(kept=not circles, metadata={"circles": circles})

    def render_broken_contract(self, check: ContractCheck) -> None:
        circles: Any = check.metadata["circles"]
        for circle in circles:
            output.print_error(f"These import each other in a circle: {', '.join(circle)}", bold=True)


def circles_in(imports: Mapping[str, Set[str]]) -> Iterator[list[str]]:
    """The modules that lead to each other, in groups: strongly connected components (Kosaraju)."""
    backwards: dict[str, set[str]] = {module: set() for module in imports}
    for module, imported in imports.items():
        for each in imported:
            backwards.setdefault(each, set()).add(module)
    seen: set[str] = set()
    for module in reversed(_in_order_of_ending(imports)):
        if module in seen:
            continue
        group, waiting = [], [module]
        seen.add(module)
        while waiting:
            group.append(waiting.pop())
            found = backwards[group[-1]] - seen
            seen |= found
            waiting += found
        if len(group) > 1:
            yield sorted(group)


def _in_order_of_ending(imports: Mapping[str, Set[str]]) -> list[str]:
    """Each module after all that it leads to, but for circles."""
    ended: list[str] = []
    seen: set[str] = set()
    for first in imports:
        waiting = [(first, iter(imports[first]))] if first not in seen else []
        seen.add(first)
        while waiting:
            module, left = waiting[-1]
            following = next((each for each in left if each not in seen), None)
            if following is None:
                ended.append(module)
                waiting.pop()
            else:
                seen.add(following)
                waiting.append((following, iter(imports.get(following, ()))))
    return ended
