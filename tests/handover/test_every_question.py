"""That no question of DOMAIN.md part 3 is without its test."""

import ast
from pathlib import Path

QUESTIONS = [f"{number:02}" for number in range(1, 41)]


def test_each_of_the_forty_questions_has_a_test_of_its_name():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in sorted(Path(__file__).parent.glob("test_*.py"))]
    names = [node.name for tree in trees for node in tree.body if isinstance(node, ast.FunctionDef)]
    found = [name.split("_")[2] for name in names if name.startswith("test_question_")]
    assert sorted(set(found)) == QUESTIONS
