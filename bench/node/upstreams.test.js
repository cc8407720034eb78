// The official OpenAI client for Node against a gateway in front of recorded upstreams of both dialects.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.KEDGE_UPSTREAMS_URL, apiKey: "none", maxRetries: 0 });
const messages = [{ role: "user", content: "Hällo?" }];
const hello = (model, more) => ({ model, messages, max_tokens: 24, ...more });

for (const model of ["gpt-recorded", "claude-recorded"]) {
  test(`${model} answers whole and streamed`, async () => {
    const whole = await client.chat.completions.create(hello(model));
    assert.equal(whole.choices[0].message.content, "Hello there, wörld 🌍!");
    assert.equal(whole.choices[0].finish_reason, "stop");
    const streamed = await client.chat.completions
      .stream(hello(model, { stream_options: { include_usage: true } }))
      .finalChatCompletion();
    assert.equal(streamed.choices[0].message.content, whole.choices[0].message.content);
    assert.deepEqual(streamed.usage.completion_tokens, whole.usage.completion_tokens);
  });

  test(`${model} calls tools`, async () => {
    const tools = [{ type: "function", function: { name: "weather", parameters: { type: "object", properties: { city: { type: "string" } } } } }];
    for (const answer of [
      await client.chat.completions.create(hello(model, { tools })),
      await client.chat.completions.stream(hello(model, { tools })).finalChatCompletion(),
    ]) {
      const [call] = answer.choices[0].message.tool_calls;
      assert.equal(call.function.name, "weather");
      assert.deepEqual(JSON.parse(call.function.arguments), { city: "Köln" });
      assert.equal(answer.choices[0].finish_reason, "tool_calls");
    }
  });

  test(`${model} answers over the responses API`, async () => {
    const response = await client.responses.create({ model, input: "Hällo?", max_output_tokens: 24, store: false });
    assert.equal(response.output_text, "Hello there, wörld 🌍!");
    let text = "";
    for await (const event of await client.responses.create({ model, input: "Hällo?", max_output_tokens: 24, store: false, stream: true })) {
      if (event.type === "response.output_text.delta") text += event.delta;
    }
    assert.equal(text, response.output_text);
  });
}

test("embeddings are relayed", async () => {
  const { data } = await client.embeddings.create({ model: "gpt-recorded", input: ["a", "b"], encoding_format: "float" });
  assert.equal(data.length, 2);
  assert.ok(data[0].embedding.length > 0);
});
