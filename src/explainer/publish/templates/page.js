/** The page around the scenes: mounts each without a kernel, and draws the plain charts. */

const player = import("./player.js");
const BINARY = "surface"; // the trait that travels as base64 with the first picture
const LATER = "others"; // the trait that arrives after it
const PATIENCE_MS = 60_000; // for one of its parts

// plotly.js brings styles for maps, which no page shows and a strict page refuses; where this id is taken, it leaves them.
document.head.append(Object.assign(document.createElement("meta"), { id: "MAP-STYLES" }));

/** Bytes of a base64 text. */
export function bytes(base64) {
  const text = atob(base64);
  const view = new DataView(new ArrayBuffer(text.length));
  for (let i = 0; i < text.length; i++) view.setUint8(i, text.charCodeAt(i));
  return view;
}

/** The element of this id once the parser has closed it: the page may still be arriving. */
export function parsed(id) {
  const closed = () => {
    const element = document.getElementById(id);
    return element && (element.nextSibling || document.readyState !== "loading") ? element : null;
  };
  return new Promise((resolve, reject) => {
    if (closed()) return resolve(closed());
    const look = () => {
      if (!closed() && document.readyState === "loading") return;
      observer.disconnect();
      document.removeEventListener("DOMContentLoaded", look);
      closed() ? resolve(closed()) : reject(new Error(CUT));
    };
    const observer = new MutationObserver(look);
    observer.observe(document, { childList: true, subtree: true });
    document.addEventListener("DOMContentLoaded", look);
  });
}

const CUT = "The page has not come whole.";

/** JSON that stands in a script element of the page. */
async function json(id) {
  const { textContent } = await parsed(id);
  try {
    return JSON.parse(textContent);
  } catch {
    throw new Error(CUT);
  }
}

/** A part of the rest: its bytes, or the address they are fetched from. */
async function part(entry) {
  if (typeof entry === "string") return bytes(entry);
  const answer = await fetch(entry.url, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!answer.ok) throw new Error(`${entry.url}: ${answer.status}`);
  return new DataView(await answer.arrayBuffer());
}

/** What anywidget gives a front end as its model, without a kernel behind it. */
export class StandIn {
  #traits;
  #later;
  #listeners = new Map();

  /** `first`: traits by name; `later`: gives the parts of the trait that follows, asked for once. */
  constructor(first, later) {
    this.#traits = { ...first };
    if (typeof first[BINARY] === "string") this.#traits[BINARY] = bytes(first[BINARY]);
    this.#later = later;
  }

  get(name) {
    if (name === LATER && !(LATER in this.#traits)) this.#traits[LATER] = this.#later();
    return this.#traits[name];
  }

  set(name, value) {
    const given = typeof name === "object" ? name : { [name]: value };
    const changed = Object.entries(given).filter(([key, to]) => this.#traits[key] !== to);
    Object.assign(this.#traits, Object.fromEntries(changed));
    for (const [key, to] of changed) this.#fire(`change:${key}`, this, to);
    if (changed.length) this.#fire("change", this);
  }

  on(events, callback) {
    for (const event of events.split(" ")) {
      if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
      this.#listeners.get(event).add(callback);
    }
  }

  off(events, callback) {
    for (const event of events?.split(" ") ?? [...this.#listeners.keys()]) {
      if (callback) this.#listeners.get(event)?.delete(callback);
      else this.#listeners.delete(event);
    }
  }

  save_changes() {}

  send() {}

  #fire(event, ...given) {
    for (const callback of [...(this.#listeners.get(event) ?? [])]) callback(...given);
  }
}

/** Say in place what went wrong. */
function say(where, text, error) {
  const box = document.createElement("p");
  box.className = "failed";
  box.setAttribute("role", "alert");
  box.textContent = `${text} (${error?.message ?? error}) Reload the page to try again.`;
  where.replaceChildren(box);
  console.error(error);
}

/** `<explainer-scene first rest>`: starts as soon as it has arrived, while the page goes on arriving. */
class ExplainerScene extends HTMLElement {
  #leave = [];

  async connectedCallback() {
    const stage = document.createElement("div");
    const gone = new AbortController();
    this.#leave = [() => gone.abort(), () => stage.remove()];
    this.prepend(stage);
    try {
      // A part that does not come is missed by its own choice only; the player says so there.
      const missed = (error) => console.warn("explainer:", error);
      const later = async () => Promise.all((await json(this.getAttribute("rest")))[LATER].map((entry) => part(entry).catch(missed)));
      const model = new StandIn(await json(this.getAttribute("first")), later);
      const { default: widget } = await player;
      if (gone.signal.aborted) return;
      const done = await widget.render({ model, el: stage, signal: gone.signal, experimental: {} });
      if (typeof done === "function") gone.signal.aborted ? done() : this.#leave.unshift(done);
      this.setAttribute("mounted", "");
    } catch (error) {
      say(stage, "The picture could not be drawn.", error);
    }
  }

  disconnectedCallback() {
    this.removeAttribute("mounted");
    for (const step of this.#leave.splice(0)) step();
  }
}

/** A layout of Plotly in the colours of the page; those that the figure itself sets stay. */
export function themed(layout, { ink, quiet, line }) {
  const clear = "rgba(0,0,0,0)";
  const names = new Set(["xaxis", "yaxis", ...Object.keys(layout).filter((name) => /^[xy]axis\d+$/.test(name))]);
  const axes = [...names].map((name) => [name, { gridcolor: line, zerolinecolor: line, linecolor: quiet, ...layout[name] }]);
  return { paper_bgcolor: clear, plot_bgcolor: clear, ...layout, font: { color: ink, ...layout.font }, ...Object.fromEntries(axes) };
}

/** The page's colours as they are now. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries(["ink", "quiet", "line"].map((name) => [name, style.getPropertyValue(`--page-${name}`).trim()]));
}

const DARK = matchMedia("(prefers-color-scheme: dark)");

/** `<explainer-figure json>`: a plain Plotly chart, drawn when it comes near or the page has nothing else to do. */
class ExplainerFigure extends HTMLElement {
  connectedCallback() {
    const near = new IntersectionObserver(
      (seen) => seen.some((entry) => entry.isIntersecting) && this.draw(),
      { rootMargin: "400px" },
    );
    near.observe(this);
    idle().then(() => this.draw());
    addEventListener("beforeprint", () => this.draw(), { once: true });
    this.draw = async () => {
      this.draw = () => {};
      near.disconnect();
      try {
        const [{ plotly }, { data, layout, config }] = await Promise.all([player, json(this.getAttribute("json"))]);
        const Plotly = await plotly(new StandIn({}, () => []));
        const paint = () => Plotly.react(this, data, themed(layout, colours()), { responsive: true, displaylogo: false, ...config });
        await paint();
        this.setAttribute("drawn", "");
        DARK.addEventListener("change", paint);
      } catch (error) {
        say(this, "The chart could not be drawn.", error);
      }
    };
  }
}

/** Resolves when the page has loaded and rests. */
async function idle() {
  if (document.readyState !== "complete") await new Promise((go) => addEventListener("load", go, { once: true }));
  await new Promise((go) => (window.requestIdleCallback ?? ((f) => setTimeout(f, 1000)))(go));
}

/** A page with other live widgets belongs to Voilà's front end: give it the scenes too, so that they can be linked. */
function handOver() {
  if (!document.getElementById("jupyter-config-data")) return;
  for (const scene of document.querySelectorAll("explainer-scene[view]")) {
    const output = document.createElement("script");
    output.type = "application/vnd.voila.cell-output+json";
    const view = { "application/vnd.jupyter.widget-view+json": JSON.parse(scene.getAttribute("view")) };
    output.textContent = JSON.stringify({ output_type: "display_data", metadata: {}, data: view, trusted: true });
    scene.replaceWith(output);
  }
}

window.voila_heartbeat = () => {}; // Voilà calls it from the page while a cell takes long
customElements.define("explainer-scene", ExplainerScene);
customElements.define("explainer-figure", ExplainerFigure);

/** The page has come: whole, with its foot, or it says that something is missing. */
function come() {
  handOver();
  if (document.querySelector(".colophon")) return;
  const end = document.body.appendChild(document.createElement("div"));
  say(end, CUT, "What follows is missing.");
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", come);
else come();
