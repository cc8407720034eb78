// The official OpenAI client for Node against a running Kedge server.
// KEDGE_URL is the base URL, KEDGE_MODEL the model's name; the model has random weights, so the tests look at shapes,
// repeatability and errors, not at what is said.
import assert from "node:assert/strict";
import { test } from "node:test";
import OpenAI from "openai";

const model = process.env.KEDGE_MODEL;
const client = new OpenAI({ baseURL: process.env.KEDGE_URL, apiKey: "none", maxRetries: 0 });
const messages = [
  { role: "system", content: "Be brief." },
  { role: "user", content: [{ type: "text", text: "Hällo?" }] },
];
const chat = (more) => client.chat.completions.create({ model, messages, max_tokens: 24, seed: 7, ignore_eos: true, ...more });

test("a chat is answered and counted", async () => {
  const answer = await chat();
  assert.equal(answer.object, "chat.completion");
  assert.equal(answer.choices[0].message.role, "assistant");
  assert.ok(answer.choices[0].message.content.length > 0);
  assert.equal(answer.choices[0].finish_reason, "length");
  assert.equal(answer.usage.completion_tokens, 24);
  assert.equal(answer.usage.total_tokens, answer.usage.prompt_tokens + 24);
});

test("a stream carries the same text as a whole answer", async () => {
  const whole = (await chat()).choices[0].message.content;
  let streamed = "";
  let usage = null;
  for await (const chunk of await chat({ stream: true, stream_options: { include_usage: true } })) {
    streamed += chunk.choices[0]?.delta?.content ?? "";
    usage = chunk.usage ?? usage;
  }
  assert.equal(streamed, whole);
  assert.equal(usage.completion_tokens, 24);
});

test("the stream accumulator of the client understands every chunk", async () => {
  const stream = client.chat.completions.stream({ model, messages, max_tokens: 24, seed: 7, ignore_eos: true, n: 2, logprobs: true });
  const final = await stream.finalChatCompletion();
  assert.equal(final.choices.length, 2);
  assert.equal(final.choices[0].message.content, (await chat()).choices[0].message.content);
  assert.equal(final.choices[1].logprobs.content.length, 24);
});

test("n choices differ and the first is the one of the seed", async () => {
  const [first, second] = (await chat({ n: 2 })).choices.map((choice) => choice.message.content);
  assert.equal(first, (await chat()).choices[0].message.content);
  assert.notEqual(first, second);
});

test("logprobs name every token with its alternatives", async () => {
  const { content } = (await chat({ logprobs: true, top_logprobs: 2 })).choices[0].logprobs;
  assert.equal(content.length, 24);
  for (const entry of content) {
    assert.equal(entry.top_logprobs.length, 2);
    assert.ok(entry.logprob <= 0);
    assert.ok(Array.isArray(entry.bytes));
  }
});

test("a completion is answered for each prompt, and streamed", async () => {
  const body = { model, prompt: ["One", "Two"], max_tokens: 8, seed: 1, ignore_eos: true };
  const whole = await client.completions.create({ ...body, logprobs: 2 });
  assert.equal(whole.object, "text_completion");
  assert.equal(whole.choices.length, 2);
  assert.equal(whole.choices[0].logprobs.tokens.length, 8);
  const texts = ["", ""];
  for await (const chunk of await client.completions.create({ ...body, stream: true })) {
    for (const choice of chunk.choices) texts[choice.index] += choice.text;
  }
  assert.deepEqual(texts, whole.choices.map((choice) => choice.text));
});

test("a stop text ends the answer", async () => {
  const whole = (await chat()).choices[0].message.content;
  const stop = [...whole].slice(4, 6).join("");
  const stopped = (await chat({ stop })).choices[0];
  assert.equal(stopped.message.content, whole.slice(0, whole.indexOf(stop)));
  assert.equal(stopped.finish_reason, "stop");
});

test("models are listed and found", async () => {
  const ids = [];
  for await (const entry of client.models.list()) ids.push(entry.id);
  assert.deepEqual(ids, [model]);
  assert.equal((await client.models.retrieve(model)).id, model);
});

test("errors are the client's own error classes", async () => {
  await assert.rejects(chat({ model: "gpt-4o" }), (e) => e instanceof OpenAI.NotFoundError && e.code === "model_not_found");
  await assert.rejects(chat({ temperature: 3 }), (e) => e instanceof OpenAI.BadRequestError && e.param === "temperature");
  await assert.rejects(
    chat({ tools: [{ type: "function", function: { name: "f" } }] }),
    (e) => e instanceof OpenAI.BadRequestError && e.param === "tools",
  );
});

test("a stream that is given up leaves the server well", async () => {
  const stream = await chat({ stream: true, max_tokens: 1000 });
  for await (const chunk of stream) {
    assert.ok(chunk.id);
    break;
  }
  assert.ok((await chat()).choices[0].message.content);
});
