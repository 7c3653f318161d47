// Tells the page that something changed in the workspace: by server-sent events,
// and by asking every two seconds while those do not come.

const POLL = 2000; // milliseconds
const GATHER = 40; // milliseconds in which several changes count as one

export function listen(changed) {
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
