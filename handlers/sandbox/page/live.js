// Tells the page that something changed in the workspace: by server-sent events,
// and by asking every two seconds while those do not come. With ?still in the
// address the page is drawn once: a browser that makes a picture waits for the
// network to be quiet, which an open stream never is.

const POLL = 2000; // milliseconds
const GATHER = 40; // milliseconds in which several changes count as one

export function listen(changed) {
  if (new URLSearchParams(location.search).has("still")) return;
  let gathering = null;
  let polling = null;
  const soon = () => {
    gathering ??= setTimeout(() => {
      gathering = null;
      changed();
    }, GATHER);
  };
  const source = new EventSource("/sandbox/events");
  source.addEventListener("message", soon);
  source.addEventListener("changed", soon);
  source.addEventListener("open", () => {
    clearInterval(polling);
    polling = null;
    soon();
  });
  source.addEventListener("error", () => {
    polling ??= setInterval(changed, POLL);
  });
}
