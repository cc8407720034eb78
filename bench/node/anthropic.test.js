// The official Anthropic client for Node against a running Kedge server.
// KEDGE_URL is the base URL with /v1, KEDGE_MODEL the name of a model with random weights; KEDGE_UPSTREAMS_URL is a gateway
// in front of recorded upstreams of both dialects.
import assert from "node:assert/strict";
import { test } from "node:test";
import Anthropic from "@anthropic-ai/sdk";

const model = process.env.KEDGE_MODEL;
const root = (url) => url.replace(/\/v1$/, "");
const client = new Anthropic({ baseURL: root(process.env.KEDGE_URL), apiKey: "none", maxRetries: 0 });
const upstreams = new Anthropic({ baseURL: root(process.env.KEDGE_UPSTREAMS_URL), apiKey: "none", maxRetries: 0 });
const messages = [{ role: "user", content: [{ type: "text", text: "Hällo?" }] }];
const hello = (more) => ({ model, messages, max_tokens: 24, temperature: 0, ...more });

test("the engine answers a message", async () => {
  const message = await client.messages.create(hello());
  assert.equal(message.type, "message");
  assert.equal(message.content[0].type, "text");
  assert.ok(message.usage.output_tokens > 0);
});

test("the engine's stream adds up to its whole answer", async () => {
  const whole = await client.messages.create(hello());
  const streamed = await client.messages.stream(hello()).finalMessage();
  assert.equal(streamed.content[0].text, whole.content[0].text);
  assert.equal(streamed.stop_reason, whole.stop_reason);
  assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
});

test("the engine counts tokens as it bills them", async () => {
  const { input_tokens } = await client.messages.countTokens({ model, messages });
  assert.equal(input_tokens, (await client.messages.create(hello())).usage.input_tokens);
});

test("errors arrive as the client knows them", async () => {
  await assert.rejects(client.messages.create(hello({ model: "nobody" })), Anthropic.NotFoundError);
  await assert.rejects(client.messages.create(hello({ max_tokens: 10000 })), Anthropic.BadRequestError);
});

for (const name of ["claude-recorded", "gpt-recorded"]) {
  test(`${name} answers whole and streamed`, async () => {
    const whole = await upstreams.messages.create(hello({ model: name }));
    assert.equal(whole.content[0].text, "Hello there, wörld 🌍!");
    const streamed = await upstreams.messages.stream(hello({ model: name })).finalMessage();
    assert.equal(streamed.content[0].text, whole.content[0].text);
    assert.equal(streamed.stop_reason, "end_turn");
    assert.equal(streamed.usage.output_tokens, whole.usage.output_tokens);
  });

  test(`${name} calls tools`, async () => {
    const tools = [{ name: "weather", input_schema: { type: "object", properties: { city: { type: "string" } } } }];
    for (const message of [
      await upstreams.messages.create(hello({ model: name, tools })),
      await upstreams.messages.stream(hello({ model: name, tools })).finalMessage(),
    ]) {
      assert.equal(message.stop_reason, "tool_use");
      const call = message.content.find((block) => block.type === "tool_use");
      assert.deepEqual(call.input, { city: "Köln" });
    }
  });
}
