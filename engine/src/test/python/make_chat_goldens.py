"""Renders templates with the reference implementation (jinja2 3.1.6) into golden files for ChatGoldenTest.

Run from the repository root: python3 engine/src/test/python/make_chat_goldens.py
A golden case takes three lines: name, template name or '=' and the template itself, '>' and the output or '!' for
an error. Backslash, line feed and carriage return are written \\\\, \\n and \\r.
"""
import datetime
import glob
import hashlib
import json
import os

import jinja2
from jinja2.ext import Extension, loopcontrols
from jinja2.sandbox import ImmutableSandboxedEnvironment

from chat_contexts import CONTEXTS
from chat_features import FEATURES

RESOURCES = "engine/src/test/resources/dev/kedge/engine/chat"


class Generation(Extension):
    tags = {"generation"}

    def parse(self, parser):
        line = next(parser.stream).lineno
        body = parser.parse_statements(["name:endgeneration"], drop_needle=True)
        return jinja2.nodes.CallBlock(self.call_method("keep"), [], [], body).set_lineno(line)

    @staticmethod
    def keep(caller):
        return caller()


def refuse(message):
    raise jinja2.TemplateError(message)


def tojson(value, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def environment():
    env = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[Generation, loopcontrols])
    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = refuse
    now = datetime.datetime(2026, 3, 5, 14, 7, 9)
    env.globals["strftime_now"] = now.strftime
    return env


def escape(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r")


def render(template, context):
    try:
        return ">" + escape(environment().from_string(template).render(**context))
    except Exception as error:
        print("  error in a case:", type(error).__name__, str(error)[:90])
        return "!"


def write(name, cases):
    os.makedirs(RESOURCES, exist_ok=True)
    with open(f"{RESOURCES}/{name}", "w", encoding="utf-8", newline="\n") as out:
        for title, shown, template, context in cases:
            out.write(f"{title}\n{shown}\n{render(template, context)}\n")
    print(name, len(cases))


def features():
    for i, template in enumerate(FEATURES):
        yield f"values {i + 1}", "=" + escape(template), template, CONTEXTS["values"]


def templates():
    for path in sorted(glob.glob(f"{RESOURCES}/templates/*.jinja")):
        source = open(path, encoding="utf-8", newline="").read()
        for name, context in CONTEXTS.items():
            yield name, os.path.basename(path), source, context


def published():
    for path in sorted(glob.glob("../shared/data/tokenizers/*/tokenizer_config.json")):
        source = json.load(open(path, encoding="utf-8"))["chat_template"]
        digest = hashlib.sha256(source.encode()).hexdigest()
        for name, context in CONTEXTS.items():
            yield name, digest, source, context


assert jinja2.__version__ == "3.1.6"
write("features.golden", list(features()))
write("templates.golden", list(templates()))
write("published.golden", list(published()))
