"""The data that golden cases are rendered with; ChatContexts.java holds the same."""


def chat(messages, prompt=True, tools=None, **more):
    return {
        "messages": messages,
        "add_generation_prompt": prompt,
        "tools": tools,
        "documents": None,
        "bos_token": "<s>",
        "eos_token": "</s>",
        **more,
    }


def message(role, content, **more):
    return {"role": role, "content": content, **more}


WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Says the weather \"now\" in a city, <b>&amp;</b> é",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string"}, "days": {"type": "integer", "maximum": 7}},
            "required": ["city"],
            "scale": 0.5,
            "strict": True,
            "none": None,
            "empty": {},
        },
    },
}

CALL = {"type": "function", "id": "call12345", "function": {"name": "weather", "arguments": {"city": "Köln", "days": 2}}}

CONTEXTS = {
    "values": chat([message("user", " Hi <|im_start|> "), message("assistant", "Yo\n")], user="Ann", count=3, deep={"a": {"b": [1, 2]}}),
    "one": chat([message("user", "Hello, you!")]),
    "system": chat([message("system", "Be brief.\n"), message("user", "  Why?  "), message("assistant", "Because."), message("user", "Über 𝄞?")]),
    "closed": chat([message("user", "a"), message("assistant", "<think>\nhm\n</think>\n\nb")], False),
    "tools": chat([message("system", "Use tools."), message("user", "Weather?")], True, [WEATHER]),
    "calls": chat(
        [
            message("user", "Weather in Köln?"),
            message("assistant", "", tool_calls=[CALL]),
            message("tool", '{"sky": "clear"}', tool_call_id="call12345"),
            message("assistant", "Clear."),
            message("user", "Thanks"),
        ],
        True,
        [WEATHER],
    ),
    "wrong": chat([message("assistant", "I begin."), message("assistant", "And go on.")]),
}
