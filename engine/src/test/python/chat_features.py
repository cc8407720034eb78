"""Feature templates, grouped by area; each is one golden case with the context 'values'."""

WHITESPACE = """
a{% if true %}  b  {% endif %}c||  {% if true %}
  x
  {% endif %}
y||a  {%- if true -%}  b  {%- endif -%}  c||a
   {%+ if true %}b
   {%+ endif %}c||{# note #}
a {# x #}
b||a {#- x -#} b||{% if true +%}
x{% endif %}||  {{ 1 }}
  {{ 2 }}
||a {{- 1 -}} b||{% raw %}{{ x }} {% if %}{% endraw %}
z|| {%- raw -%}  {{ a }}  {%- endraw -%}  q||x

||x\r\ny\rz||a{%- set b = 1 %}

b||{% for i in [1,2] %}
  {{ i }}
{% endfor %}
end||	{% if 1 %}t{% endif %}||a
	 {%- if 1 %} t{% endif %}||{{ '{{' }} {{ "%}" }} {{ {'a': {'b': 1}}['a']['b'] }}||{{ {'a':{'b':1}} }}||a { b } { { c||
{%- if true %}
  {{- 'x' }}
    {%- if true %}
  y
    {%- endif %}
{%- endif %}||{#+ c +#}
x||{% raw %}
 x
 {% endraw %}
y||{{ 1 }}{% if 1 %}

z{% endif %}""".split("||")

EXPRESSIONS = [
    "{{ %s }}" % e
    for e in """1 + 2 * 3|7 // 2|-7 // 2|-7 % 3|7 / 2|2 ** 10|2 ** -1|-2 ** 2|2 ** 3 ** 2|1.5 + 1|1e3|1e16|1e15 + 0.5|1e-5|0.0001|12345678.9|0.1 + 0.2|1_000|0x1f|100.0|7.5 // 2|-7.5 % 2|'a' ~ 1 ~ none ~ true|1 ~ 2 + 3|'a' 'b'|'a' * 3|[1] * 2 + [2]|(1, 2) + (3,)|(1,)|()|[]|1, 2|1 < 2 < 3|1 < 3 < 2|1 == 1.0 == true|'a' < 'b'|[1, 2] < [1, 3]|not 1 == 2|not not 1|1 and 0 or 2|'' or 'x'|0 and x.y|1 in [1]|'b' in 'abc'|1 not in [1]|'k' in {'k': 1}|1 if true else 2|1 if false|'a' if 0 else 'b' if 0 else 'c'|x|x == y|x ~ 'a'|none|true|False|None|{'a': 1, "b": [none, 1.0, 'x"y', "it's"]}|['\\n\\t\\\\', 'é', '\\u200b', '\\x00']|'\\x41\\u0042\\103\\q'|-1|abs|+1|[1,2,3][0]|[1,2,3][-1]|[1,2,3][9]|'abc'[1]|'abc'[::-1]|'abcdef'[1:5:2]|'abcdef'[4:1:-1]|'abcdef'[-2:]|'abcdef'[:-2]|[1,2,3,4][::-2]|[1,2,3][5:]|'𝄞ab'[0] ~ '𝄞ab'[1:]|deep.a.b[1]|deep['a']['b'][0]|deep.zzz|deep.zzz.y|x.y|x['y']|none.x|none['x']|1 + none|1 + 'a'|'a' + 1|x + 1|1 / 0|1 < 'a'|x()|user()|{'items': 1}['items']|{'items': 2}.get('items')|{'a': 1}.get('b')|{'a': 1}.get('b', 7)|{'a': 1}['b']|{'a': 1}.pop|[1].append(2)|{'a':1}.update({})|user.__class__|user[0].__class__|''.__class__.__mro__|{1: 'a'}[1]|{true: 2}|[1, 2] == [1, 2]|(1, 2) == [1, 2]|{'a': 1} == {'a': 1.0}|'a' == 1|none == none|true + true|1 if x is defined else 'no'|(1 if true else 2) + 3|(none, true)|'%' ~ 5|1 is odd and 2 is even|messages[0].content|messages[0]['role']|messages[-1].content|messages[::-1][0].role|messages|length - 1|not messages|length == 1|range(3)[1]|dict(a=1, b='c')|bos_token + eos_token|add_generation_prompt|tools|tools is none|documents""".split("|")
]

OPERATORS_WITH_BARS = [
    "{{ messages|length - 1 }}", "{{ not messages|length == 1 }}", "{{ range(0)|list }}", "{{ -3|abs }}", "{{ -1.5|abs }}", "{{ 2 * 'a'|length }}",
    "{{ range(2, 10, 3)|list }} {{ range(5, 0, -2)|list }}", "{{ range(1000000) }}", "{{ range(1, 2, 0) }}",
]

TESTS = [
    "{{ %s }}" % e
    for e in """x is defined|user is defined|x is undefined|none is none|x is none|user is string|1 is string|{} is mapping|[] is mapping|[] is iterable|'a' is iterable|1 is iterable|{} is iterable|[] is sequence|'a' is sequence|{} is sequence|x is sequence|x is iterable|(1,) is sequence|1 is number|1.0 is number|true is number|'1' is number|1 is integer|1.0 is integer|true is integer|1.0 is float|1 is float|true is boolean|1 is boolean|true is true|1 is true|false is false|1 is equalto 1|1 is eq(2)|1 is == 1|1 is ne 2|1 is in [1]|1 is not in [1]|3 is odd|3 is even|9 is divisibleby 3|9 is divisibleby(2)|'A' is upper|'a' is lower|'1' is upper|'aB' is lower|2 is gt 1|2 is lt 1|2 is ge 2|2 is le 1|user is not defined|user is not none and user is string|none is sameas none|range is callable|user is callable|1 is nosuch|x is not string or user is string|'a' is in 'abc'|{}.items() is iterable|{}.items() is sequence|user is defined(1)|1 is divisibleby""".split("|")
]

METHODS = [
    "{{ %s }}" % e
    for e in """'  a b '.strip() ~ '.'|'xxaxx'.strip('x')|'\\n a\\n'.lstrip('\\n') ~ '.'|'ab  '.rstrip() ~ '.'|'abcba'.rstrip('ab')|'a,b,c'.split(',')|' a  b '.split()|'a,b,c'.split(',', 1)|'a b c'.split(maxsplit=1)|'a,b,c'.rsplit(',', 1)|''.split()|''.split(',')|'a'.split('')|'a\\nb\\r\\nc'.splitlines()|'a\\nb\\n'.splitlines(true)|'abc'.startswith('ab')|'abc'.endswith('bc')|'abc'.endswith(('x', 'c'))|'aaa'.replace('a', 'b')|'aaa'.replace('a', 'b', 2)|'abc'.replace('', '-')|'aBc'.upper() ~ 'aBc'.lower()|'straße'.upper()|"they're bill's x1y".title()|'hELLO wORLD'.capitalize()|', '.join(['a', 'b'])|','.join([1])|'-'.join('abc')|'abcabc'.find('c')|'abc'.find('x')|'abcabc'.rfind('c')|'abc'.index('b')|'abc'.index('x')|'aaaa'.count('aa')|'aaa'.count('')|'12'.isdigit()|'a1'.isalpha()|'a1'.isalnum()|' '.isspace()|''.isspace()|'AB'.isupper()|'ab'.islower()|'abc'.removeprefix('a')|'abc'.removesuffix('c')|'abc'.nosuch()|'abc'.nosuch|'abc'.strip(1)|[1, 2, 1].count(1)|[1, 2].index(2)|[1, 2].index(3)|(1, 2).count(2)|deep.copy()|'a'.upper(1)|'𝄞a'.find('a')|'𝄞a𝄞'|length""".split("|")
] + ["{{ {'a': 1, 'b': 2}.items()|list }}", "{{ {'a': 1}.keys()|list }}{{ {'a': 1}.values()|list }}", "{{ {'a': 1}.items()|length }}", "{% for k, v in deep.items() %}{{ k }}={{ v }};{% endfor %}", "{{ '𝄞a𝄞'|length }}"]

FILTERS = [
    "{{ %s }}" % e
    for e in """'  a '|trim ~ '.'@'xax'|trim('x')@x|trim@5|trim@[1,2]|length@{'a':1}|count@x|length@5|length@'aB'|upper@'aB'|lower@"hello wORLD-foo (bar) it's"|title@'hELLO'|capitalize@''|capitalize@[1, 'a', none]|join@[1,2]|join(', ')@messages|join(',', attribute='role')@'abc'|join('-')@'aab'|replace('a', 'b')@'aab'|replace('a', 'b', 1)@'a1'|replace(1, 2)@x|default('d')@none|default('d')@none|default('d', true)@''|d('e', boolean=true)@0|d@[1,2]|first@[]|first@[1,2]|last@'abc'|first ~ 'abc'|last@{'a':1}|first@'abc'|list@{'a':1,'b':2}|list@(1,2)|list@messages|map(attribute='role')|list@messages|map(attribute='nope', default='-')|list@deep|map('upper')|join@['a','b']|map('upper')|join(',')@[' a ']|map('trim')|list@[{'a':{'b':[5]}}]|map(attribute='a.b.0')|list@[0,1,2]|select|list@[0,1,2]|reject|list@[1,2,3]|select('odd')|list@[1,2,3]|reject('odd')|list@[1,2,3,4]|select('divisibleby', 2)|list@[1,2,3]|select('>', 1)|list@messages|selectattr('role', 'equalto', 'user')|list|length@messages|selectattr('role', '==', 'user')|map(attribute='content')|first@messages|rejectattr('role', 'eq', 'user')|map(attribute='role')|list@messages|selectattr('nope')|list@messages|selectattr('nope', 'defined')|list@messages|selectattr('role', 'in', ['user', 'x'])|list|length@(messages|selectattr('nope')) and 'always'@[3,1,2]|sort@['b','A','a','B']|sort@['b','A','a','B']|sort(case_sensitive=true)@[3,1,2]|sort(reverse=true)@messages|sort(attribute='role')|map(attribute='role')|list@[1,'a']|sort@['a','A','b']|unique|list@[1,1,2]|unique|list@['a','A']|unique(case_sensitive=true)|list@[1,2,3]|reverse|list@'abc'|reverse@'a\\nb\\n\\nc'|indent@'a\\nb\\n\\nc'|indent(2, true)@'a\\nb\\n\\nc'|indent(2, first=true, blank=true)@'a\\n'|indent('>>') ~ '.'@'42'|int@'4.7'|int@'x'|int@'x'|int(7)@'ff'|int(0, 16)@4.9|int@none|int@'1.5'|float@'x'|float@'x'|float(2.5)@3|float@true|int@1|string ~ 2@none|string@'<a href="x">\\'&'|e@'<'|escape@'<'|safe@2.5|round@3.5|round@2.567|round(2)@42.55|round(1)@2.4|round(method='ceil')@2.6|round(0, 'floor')@1234|round(-2)@7|round@-3|abs@[1,2,3]|sum@[1.5,2]|sum@[[1],[2]]|sum(start=[])@[{'a':1},{'a':2}]|sum(attribute='a')@[3,1]|min@[3,1]|max@['b','A']|max@[]|max@'a b-c d'|wordcount@{'b':1,'A':2}|dictsort@{'b':1,'a':2}|dictsort(by='value')@{'b':1,'a':2}|dictsort(reverse=true)@{'b':1}|items|list@x|items|list@[1]|map('nosuch')|list@1|nosuch@[1,2]|map('string')|join('+')@(1,2)|last@{'b':1}|length + 1@-1|abs + 1@user|upper|lower@[1,2]|map('float')|list@1e400|int@'inf'|float@[1,2,3]|batch_not_here@'a'|trim(1)@messages|map(attribute='content')|map('trim')|list@['x', 'yy']|map('length')|list@[none, 1]|select('none')|list@[[2,1],[1,2]]|sort@[true, 2]|sum@'é'|upper@'ß'|capitalize""".split("@")
]

TOJSON = [
    "{{ %s }}" % e
    for e in """deep|tojson@deep|tojson(indent=2)@[]|tojson(indent=4)@{'a': [], 'b': {}}|tojson(indent=1)@[1, 1.0, 1e20, 1e-7, -0.0, true, none]|tojson@'é\\n"\\\\\\x01\\x7f<&\\''|tojson@'é𝄞'|tojson(ensure_ascii=true)@{'b': 1, 'a': 2}|tojson(sort_keys=true)@{'a': [1, 2]}|tojson(separators=(',', ':'))@{2: 2, none: 3, true: 4, 1.5: 5}|tojson@(1, 2)|tojson@x|tojson@[1, [2, {'a': 3}]]|tojson(indent='--')@messages|tojson@{'a': x}|tojson@range(2)|tojson@[1]|map('string')|tojson@1e16|tojson@123456789012|tojson@{}|tojson(indent=2)@'</s>'|tojson@{'a': [1, 2]}|tojson(indent=2, separators=(',', ':'))@{'a': [1, 2]}|tojson(indent=0)""".split("@")
]

STATEMENTS = """
{% for i in [1,2,3] %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }};{% endfor %}||
{% for i in [1,2,3] %}{{ loop.previtem }}<{{ i }}>{{ loop.nextitem }} {{ loop.previtem is defined }}{{ loop.cycle('a','b') }};{% endfor %}||
{% for i in [] %}x{% else %}none{% endfor %}||{% for i in [1] %}x{% else %}none{% endfor %}||
{% for i in [1,2,3,4] if i is even %}{{ i }}{{ loop.index }}/{{ loop.length }} {% else %}no{% endfor %}||
{% for i in [1,3] if i is even %}{{ i }}{% else %}no{% endfor %}||
{% for a, b in [(1, 2), [3, 4]] %}{{ a }}-{{ b }};{% endfor %}||{% for a, b in [(1, 2, 3)] %}{% endfor %}||
{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}||
{% for i in range(10) %}{% if i == 2 %}{% continue %}{% endif %}{% if i > 4 %}{% break %}{% endif %}{{ i }}{% endfor %}||
{% for i in [1] %}{% break %}{% else %}E{% endfor %}||{% for i in [1] %}{% continue %}{% else %}E{% endfor %}||
{% for i in [1,2] %}{% if i == 2 %}{% break %}{% endif %}{% else %}E{% endfor %}||
{% for i in 'abc' %}{{ i }},{% endfor %}||{% for k in {'x': 1, 'y': 2} %}{{ k }}{% endfor %}||{% for i in 5 %}{% endfor %}||{% for i in x %}{% else %}u{% endfor %}||
{% for i in none %}{% endfor %}||{% for i in [1,2] %}{% for j in [3,4] %}{{ loop.index }}{{ i }}{{ j }} {% endfor %}{{ loop.index }}{% endfor %}||
{% set x = 1 %}{% for i in [1,2] %}{{ x }}{% set x = i + 10 %}{{ x }} {% endfor %}{{ x }}||
{% set x = 1 %}{% if true %}{% set x = 2 %}{% endif %}{{ x }}||{% set a, b = 1, 2 %}{{ a }}{{ b }}||{% set a = 1, 2 %}{{ a }}||
{% set ns = namespace(n=0, s='') %}{% for i in [1,2,3] %}{% set ns.n = ns.n + i %}{% set ns.s = ns.s ~ i %}{% endfor %}{{ ns.n }}{{ ns.s }}||
{% set ns = namespace({'a': 1}, b=2) %}{{ ns.a }}{{ ns.b }}{{ ns.c }}|{{ ns['a'] }}||{% set q.a = 1 %}||{% set deep.a = 1 %}||
{% set x %}a{{ 1 }}b{% endset %}[{{ x }}]||{% set x | upper | replace('A', 'z') %}abc{% endset %}{{ x }}||{% set x %}{% set y = 1 %}{% endset %}{{ y }}||
{% macro m(a, b=2, c='x') %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }} {{ m(1, 3) }} {{ m(1, c='q') }} {{ m() }} {{ m(b=5, a=4) }}||
{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}||{% macro m(a) %}{{ a }}{% endmacro %}{{ m(z=2) }}||{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}||
{% macro m(a, b=a ~ '!') %}{{ a }}{{ b }}{% endmacro %}{{ m('x') }}||{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(5) }}||
{% macro m(a) %}<{{ caller() }}{{ a }}>{% endmacro %}{% call m(1) %}in{% endcall %}||{% macro m() %}{{ caller('q') }}{% endmacro %}{% call(z) m() %}[{{ z }}]{% endcall %}||
{% set v = 'out' %}{% macro m() %}{{ v }}{% set v = 'in' %}{{ v }}{% endmacro %}{{ m() }}{{ v }}||{% macro m() %}{{ v }}{% endmacro %}{% set v = 'late' %}{{ m() }}||
{% macro m() %}  a  {% endmacro %}{{ m()|trim }}{{ m() | length }}||{% for i in [1] %}{% macro m() %}{{ i }}{% endmacro %}{{ m() }}{% endfor %}{{ m is defined }}||
{% filter upper %}a{{ 'b' }}{% endfilter %}||{% filter replace('a', 'b') | upper %}aa{% endfilter %}||
{% with a = 1, b = 2 %}{{ a }}{{ b }}{% endwith %}{{ a }}||{% set a = 5 %}{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}||
{% generation %}a{{ user }}{% set q = 1 %}{% endgeneration %}{{ q }}||a {% generation %}
b
{% endgeneration %}
c||{% if 0 %}a{% elif 1 %}b{% else %}c{% endif %}||{% if x %}a{% elif x.y %}b{% endif %}||{% if 1 if 0 else 1 %}a{% endif %}||{% if 0 %}{% elif 0 %}{% else %}c{% endif %}||
{{ raise_exception('no!') }}||{% if false %}{{ raise_exception('no!') }}{% endif %}ok||{{ strftime_now('%Y-%m-%d %d %b %Y %H:%M:%S %B %A %a %j %I %p %y %-d %-m %%') }}||
{% if x %}||{% endif %}||{% for %}||{{ }}||{{ 1 +||{% nosuch %}||{{ 'a }}||{{ (1 }}||{{ 1 ) }}||{% set 1 = 2 %}||{% set none = 2 %}||{{ 1 2 }}||{% break %}||{# open||{% raw %}x||{{ a.1b }}||{{ ? }}||{{ x is }}||{{ [1,2 }}||{% macro m(a, a) %}{% endmacro %}||{% for i in [1] %}{% endif %}||
{%- for m in messages -%}
{{ '<|' ~ m['role'] ~ '|>' }}
{{ m.content | trim }}
{%- endfor -%}
||{% set loop_messages = messages %}{% for m in loop_messages %}{% set content = m.content|trim ~ '!' %}{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}||
{%- set roles = messages | map(attribute='role') | list -%}{{ roles }}{{ roles|tojson }}||{{ messages[0].content.split('<|')[-1].split('|>')[0] }}||{{ {'a': [1, {'b': (2,)}]} }}||
{%- if messages[0]['role'] == 'system' %}{% set s = messages[0]['content'] %}{% set messages = messages[1:] %}{% else %}{% set s = '' %}{% endif %}{{ s }}{{ messages|length }}||
{%- for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('alternate') }}{% endif %}{% endfor %}fine||
{{ messages | map(attribute='content') | map('trim') | join('|') }}||{% for r in messages|reverse %}{{ r.role }} {% endfor %}||{% set it = [1,2]|map('string') %}{{ it|list }}{{ it|list }}||{{ ([1,2]|map('string'))[0] }}||{{ [1,2]|map('string')|length }}||{{ [1,2,3]|select('odd')|last }}||
{%- for k, v in {'b': 1, 'a': 2}|dictsort %}{{ k }}{{ v }}{% endfor %}||{%- for k, v in {'b': 1, 'a': 2}|items %}{{ k }}{{ v }}{{ loop.last }}{% endfor %}
""".strip("\n").replace("||\n", "||").split("||")

FEATURES = WHITESPACE + EXPRESSIONS + OPERATORS_WITH_BARS + TESTS + METHODS + FILTERS + TOJSON + STATEMENTS
