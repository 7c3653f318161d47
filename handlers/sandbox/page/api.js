// The people-side JSON API of the sandbox, one function a request. A refusal
// becomes an error whose message is a sentence fit for the person.

export class Refused extends Error {}

const UNREACHABLE = "The workspace does not answer. Is it still running?";

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, { cache: "no-store", ...options });
  } catch {
    throw new Refused(UNREACHABLE);
  }
  const body = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(body.error || `The workspace answered ${answer.status}.`);
  return body;
}

function read(path, query) {
  return ask(`${path}?${new URLSearchParams(query)}`);
}

function send(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

export const readState = (as) => read("/sandbox/state", { as });
export const readMessages = (as, channel, thread) =>
  read("/sandbox/messages", thread ? { as, channel, thread_ts: thread } : { as, channel });
export const say = (body) => send("/sandbox/say", body);
export const runCommand = (body) => send("/sandbox/command", body);
export const press = (body) => send("/sandbox/press", body);
export const submitView = (body) => send("/sandbox/submit", body);
export const closeView = (body) => send("/sandbox/close", body);
export const openHome = (as) => send("/sandbox/open-home", { as });
export const openDm = (as) => send("/sandbox/open-dm", { as });
export const moveClock = (body) => send("/sandbox/clock", body);
export const fileUrl = (as, id) => `/sandbox/file/${encodeURIComponent(id)}?${new URLSearchParams({ as })}`;

export async function upload(as, file) {
  const query = new URLSearchParams({ as, name: file.name });
  const { file_id } = await ask(`/sandbox/upload?${query}`, {
    method: "POST",
    headers: { "content-type": file.type || "application/octet-stream" },
    body: file,
  });
  return file_id;
}
