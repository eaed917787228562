/**
 * Plays a scene: draws its picture, moves its parts, runs its clock, tells its story.
 *
 * Everything shown comes from the scene's response surface, computed in Python. This
 * module interpolates, draws and formats; it never computes biology and never needs
 * the kernel. It is an anywidget front-end module: `render` draws and returns its cleanup.
 */

/* ---------------------------------------------------------------- surface */

/** Place of a value on an axis: the value, or its logarithm (shifted where the axis starts at 0). */
export function placeOf(axis, value) {
  if (axis.spacing === "linear") return value;
  return axis.nodes[0] === 0 ? Math.log1p(value / axis.nodes[1]) : Math.log(value);
}

/** The value at a place on an axis: the inverse of `placeOf`. */
export function valueAt(axis, place) {
  if (axis.spacing === "linear") return place;
  return axis.nodes[0] === 0 ? axis.nodes[1] * Math.expm1(place) : Math.exp(place);
}

/** The number of the node whose place is nearest to a value's; the lower of two that are as near. */
export function nearestNode(axis, value) {
  const at = placeOf(axis, Math.min(Math.max(value, axis.nodes[0]), axis.nodes.at(-1)));
  const far = axis.nodes.map((node) => Math.abs(placeOf(axis, node) - at));
  return far.indexOf(Math.min(...far));
}

/**
 * A value that came from outside as a control can show it: within its range, and where it snaps at the nearest node.
 * What is no value of the control leaves it where it stands, at `now`.
 */
export function settable(control, value, now) {
  if (control.kind === "choice") return control.options.includes(value) ? value : now;
  if (typeof value !== "number" || Number.isNaN(value)) return now;
  return control.snap ? control.nodes[nearestNode(control, value)] : Math.min(Math.max(value, control.nodes[0]), control.nodes.at(-1));
}

/** The nodes around a value and their weights: Lagrange's cubic through the four nearest places; where it snaps, the nearest. */
export function weightsAt(axis, value) {
  if (axis.snap) return [[nearestNode(axis, value), 1]];
  const places = axis.nodes.map((node) => placeOf(axis, node));
  const at = placeOf(axis, value);
  const size = Math.min(4, places.length);
  const cell = axis.nodes.findLastIndex((node) => node <= value);
  const first = Math.min(Math.max(cell - Math.floor((size - 1) / 2), 0), places.length - size);
  const weights = [];
  for (let i = first; i < first + size; i++) {
    let weight = 1;
    for (let j = first; j < first + size; j++) if (j !== i) weight *= (at - places[j]) / (places[i] - places[j]);
    if (weight !== 0) weights.push([i, weight]);
  }
  return weights;
}

/** The settings around `values` and their weights, as `[index, weight]` pairs. */
export function corners(axes, values) {
  let found = [[0, 1]];
  for (const axis of axes) {
    const along = weightsAt(axis, values[axis.name]);
    found = found.flatMap(([index, weight]) =>
      along.map(([node, share]) => [index * axis.nodes.length + node, weight * share]));
  }
  return found;
}

/** The number of the slab that holds these choices. */
export function slabNumber(choices, values) {
  return choices.reduce((number, { name, options }) => number * options.length + options.indexOf(values[name]), 0);
}

/** Number of settings of some axes together. */
const settingsOf = (axes) => axes.reduce((product, axis) => product * axis.nodes.length, 1);

/** The axes of a part. */
const axesOf = (part, header) => part.axes.map((place) => header.axes[place]);

/** Take the parts of a slab apart and undo the differences along time. `raw` is the slab after decompression. */
export function unpack(raw, header) {
  const depth = header.bits / 8;
  const sizes = header.parts.map((part) => {
    const settings = settingsOf(axesOf(part, header));
    return { ranges: part.channels.length * 16, levels: settings * part.channels.length * header.frames * depth, facts: settings * part.facts.length * 4 };
  });
  const expected = sizes.reduce((sum, { ranges, levels, facts }) => sum + ranges + levels + facts, 0);
  if (raw.byteLength !== expected) {
    throw new Error(`The data of this scene are damaged: ${raw.byteLength} bytes came, ${expected} were expected. Reload the page.`);
  }
  let at = 0;
  const take = (size) => raw.slice(at, (at += size));
  return sizes.map((size) => {
    const ranges = new Float64Array(take(size.ranges));
    const levels = new (header.bits === 8 ? Uint8Array : Uint16Array)(take(size.levels));
    for (let start = 0; start < levels.length; start += header.frames) {
      for (let i = start + 1; i < start + header.frames; i++) levels[i] += levels[i - 1];
    }
    return { ranges, levels, facts: new Float32Array(take(size.facts)) };
  });
}

/** Decompress and unpack the bytes of one slab. */
export async function decode(bytes, header) {
  let raw;
  try {
    raw = await gunzip(bytes);
  } catch {
    throw new Error("The data of this scene are damaged and could not be unpacked. Reload the page.");
  }
  return unpack(raw, header);
}

async function gunzip(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

/** The facts of a slab at some values, all or those of some names. */
export function factsAt(slab, header, values, names = null) {
  const facts = {};
  header.parts.forEach((part, p) => {
    const wanted = part.facts.map((name, f) => [name, f]).filter(([name]) => names?.includes(name) ?? true);
    if (!wanted.length) return;
    const around = corners(axesOf(part, header), values);
    for (const [name, f] of wanted) {
      facts[name] = around.reduce((sum, [index, weight]) => sum + weight * slab[p].facts[index * part.facts.length + f], 0);
    }
  });
  return facts;
}

/** Interpolate a slab at some values: every channel over time and every fact. */
export function blend(slab, header, values) {
  const { frames } = header;
  const top = 2 ** header.bits - 1;
  const channels = {};
  header.parts.forEach((part, p) => {
    const axes = axesOf(part, header);
    const settings = settingsOf(axes);
    const around = corners(axes, values);
    const { ranges, levels } = slab[p];
    part.channels.forEach((name, c) => {
      const blended = new Float32Array(frames);
      for (const [index, weight] of around) {
        const offset = (c * settings + index) * frames;
        for (let i = 0; i < frames; i++) blended[i] += weight * levels[offset + i];
      }
      const low = ranges[2 * c];
      const step = (ranges[2 * c + 1] - low) / top;
      for (let i = 0; i < frames; i++) blended[i] = low + step * Math.min(Math.max(blended[i], 0), top);
      channels[name] = blended;
    });
  });
  return { channels, facts: factsAt(slab, header, values) };
}

/** A channel between two frames. */
export function sampleAt(series, frame) {
  const first = Math.min(Math.max(Math.floor(frame), 0), series.length - 1);
  const next = Math.min(first + 1, series.length - 1);
  return series[first] + (series[next] - series[first]) * (frame - first);
}

/** The values at which a curve over an axis is drawn: its nodes where it snaps, else `count` of them, evenly placed. */
export function valuesAlong(axis, count = 60) {
  if (axis.snap) return axis.nodes;
  const [low, high] = [axis.nodes[0], axis.nodes.at(-1)];
  const [first, last] = [placeOf(axis, low), placeOf(axis, high)];
  return Array.from({ length: count }, (_, i) =>
    (i === 0 ? low : i === count - 1 ? high : valueAt(axis, first + ((last - first) * i) / (count - 1))));
}

/* ------------------------------------------------------------------ words */

const PLACE = /\{(\w+)(?::(\w+))?\}/g;
const UNIT = /(?<=[0-9]) (?=(?:%|×|[nµm]M|mV|[µm]?s|min|h|hours?|days?|weeks?|Hz|[nµm]m|[nµm]?g|kg|m?L)(?![A-Za-z0-9]))/g;
const NAME = /(?<=[A-Z])-(?=[0-9])/g;

/** Keep together on one line what is read as one: a number and its unit, a name and its number. */
export function bound(text) {
  return text.replace(UNIT, "\u00a0").replace(NAME, "\u2011");
}

/** Write a value in one of the formats of `explainer.player.words`. */
export function write(value, form = "text") {
  if (form === "text" || typeof value === "string") return String(value);
  if (!Number.isFinite(value * 100)) return "–";
  const size = Math.abs(value);
  const minus = (whole, text) => (value < 0 && whole ? `−${text}` : text);
  const fixed = (decimals) => {
    const whole = Math.floor(size * 10 ** decimals + 0.5);
    return [whole, (whole / 10 ** decimals).toFixed(decimals)];
  };
  if (form === "percent") {
    if (size > 0 && size * 100 < 0.5) return "less than 1\u00a0%";
    if (value * 100 >= 99.5 && value * 100 < 99.995) return "more than 99\u00a0%";
    const whole = Math.floor(size * 100 + 0.5);
    return `${minus(whole, String(whole))}\u00a0%`;
  }
  if (form === "signed") {
    const [whole, text] = fixed(0);
    return whole && value > 0 ? `+${text}` : minus(whole, text);
  }
  if (form === "g") {
    if (value === 0) return "0";
    const [whole, text] = fixed(Math.min(Math.max(0, 1 - Math.floor(Math.log10(size))), 20));
    return minus(whole, text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  }
  return minus(...fixed(Number(form)));
}

/** Fill a template such as "{open:percent} are open". */
export function fill(template, values) {
  return bound(template.replace(PLACE, (_, name, form) => write(values[name], form)));
}

/** Join the sentences whose conditions hold. */
export function describe(sentences, values) {
  const holds = ([name, wanted]) =>
    typeof wanted === "string" ? values[name] === wanted : wanted[0] <= values[name] && values[name] <= wanted[1];
  return sentences.filter((s) => Object.entries(s.when).every(holds)).map((s) => fill(s.template, values)).join(" ");
}

/** Whether a condition of the setting holds: every control that it names has one of the values that it lists. */
export function meets(when, values) {
  return Object.entries(when).every(([name, wanted]) => wanted.includes(values[name]));
}

/**
 * A biological time as the clock reads it, to what it moves by in a `step`, and to a thousandth at most.
 * The first second is read in ms where the step is short; seconds become minutes from ten minutes on.
 */
export function clockText(second, step, unit = "s") {
  const told = (number, decimals, name) => bound(`${number.toFixed(decimals).replace("-", "\u2212")} ${name}`);
  if (unit === "min" || second >= 600) return told(second / 60, step < 6 ? 1 : 0, "min");
  if (second < 1 && step < 0.1) return told(second * 1000, step < 0.002 ? 1 : 0, "ms");
  return told(second, step < 0.02 ? 3 : step < 0.2 ? 2 : 1, "s");
}

/** To how many seconds a text tells a time, by the clock's unit. */
const spokenStep = (second, unit) => (unit === "min" ? 60 : second < 10 ? 0.05 : 0.2);

/** How film time relates to biological time: `rate` is biological seconds per film second. */
export function paceText(rate) {
  const round = (x) => (x >= 100 ? Number(x.toPrecision(2)) : x >= 10 ? Math.round(x) : Math.round(x * 10) / 10);
  if (rate > 1.05) return bound(`${round(rate)} × faster than life`);
  if (rate < 0.95) return bound(`${round(1 / rate)} × slower than life`);
  return "as fast as life";
}

/* ----------------------------------------------------------------- motion */

/**
 * Film frames at which particles set out, for a flux given in particles per frame.
 * Negative entries stand for particles that run backwards (their frame is the absolute value).
 */
export function departures(series, perFrame) {
  const frames = [];
  let sum = 0.5;
  for (let i = 1; i < series.length; i++) {
    const flux = ((series[i] + series[i - 1]) / 2) * perFrame;
    const next = sum + Math.abs(flux);
    for (let k = Math.floor(sum) + 1; k <= next; k++) {
      const at = i - 1 + (k - sum) / (next - sum);
      frames.push(flux < 0 ? -at : at);
    }
    sum = next;
  }
  return frames;
}

/** Scale the numbers of an SVG transform: `scaled("rotate(-24)", 0.5)` is "rotate(-12)". */
export function scaled(transform, share) {
  return transform.replace(/\(([^)]*)\)/g, (_, inner) => {
    const numbers = inner.trim().split(/[\s,]+/).map(Number);
    return `(${numbers.map((n) => +(n * share).toFixed(3)).join(" ")})`;
  });
}

/** Share of the way from `at[0]` to `at[1]`, held within 0 and 1. */
export function portion(value, at) {
  return Math.min(Math.max((value - at[0]) / (at[1] - at[0]), 0), 1);
}

/**
 * Those departures whose particles find the gate open: the signal is not zero when they get there. That is
 * `there` frames after they set out, or `back` frames for those that run backwards.
 */
export function admitted(leaving, series, there, back) {
  return leaving.filter((start) => {
    const arrives = Math.floor(Math.abs(start) + (start < 0 ? back : there));
    return series[Math.min(arrives, series.length - 1)] !== 0;
  });
}

/** Which of the `fast` states one is in that stands at `aside` among them, 0 to 1: each takes room by its share. */
function fastState(fast, aside, shares) {
  const whole = fast.reduce((sum, i) => sum + Math.max(shares[i], 0), 0);
  let edge = 0;
  return fast.find((i) => (edge += Math.max(shares[i], 0)) > aside * whole) ?? fast[0];
}

/**
 * State of each of `of` units: the state whose stretch of ranks holds the unit's, or -1. The states `fast`, by
 * number and next to each other, share one stretch; `aside` gives each unit its place among them.
 */
export function unitStates(shares, of, fast = [], aside = []) {
  const states = new Int8Array(of).fill(-1);
  let edge = 0;
  let unit = 0;
  shares.forEach((share, state) => {
    edge += Math.max(share, 0);
    while (unit < of && (unit + 0.5) / of < edge) states[unit++] = state;
  });
  return fast.length ? states.map((state, i) => (fast.includes(state) ? fastState(fast, aside[i], shares) : state)) : states;
}

/** Places among fast states for `of` units, spread evenly wherever one looks; that of the unit `first` is `aside`. */
export function spreadAside(of, first, aside) {
  return Array.from({ length: of }, (_, i) => (((i - first) * 0.6180339887 + aside) % 1 + 1) % 1);
}

/** State of one member: the number in `order` of the state whose stretch of ranks holds its rank, or -1 for the rest. */
export function standing({ order, rank, fast, aside }, shares) {
  let edge = 0;
  const state = order.findIndex((_, i) => (edge += Math.max(shares[i], 0)) > rank);
  return state >= 0 && fast.includes(order[state]) ? fastState(fast.map((name) => order.indexOf(name)), aside, shares) : state;
}

/**
 * State of one member in every frame. Between one of its fast states and what lies below them it goes by way of
 * the first of them, and is there for `through` frames.
 */
export function course(member, series, through) {
  const states = Array.from(series[0], (_, frame) => standing(member, series.map((values) => values[frame])));
  const [first, ...others] = member.fast.map((name) => member.order.indexOf(name));
  const below = (state) => state >= 0 && state < first;
  const way = states.slice();
  for (let frame = 1; frame < states.length; frame++) {
    const [before, now] = [states[frame - 1], states[frame]];
    const [from, step] = others.includes(before) && below(now) ? [frame - 1, -1] : below(before) && others.includes(now) ? [frame, 1] : [0, 0];
    for (let k = 0; step && k < through && others.includes(states[from + k * step]); k++) way[from + k * step] = first;
  }
  return way;
}

/** Where a part stands that follows a yes or no for each frame, and takes `glide` frames to follow: 0 to 1. */
export function gliding(yes, frame, glide) {
  const last = yes.length - 1;
  const at = (place) => yes[Math.min(Math.max(Math.floor(place), 0), last)];
  if (!glide) return at(frame);
  const start = frame - glide;
  let sum = 0;
  for (let place = start; place < frame; ) {
    const next = Math.min(Math.floor(place) + 1, frame);
    sum += (next - place) * at(place);
    place = next;
  }
  return sum / glide;
}

/**
 * Film frames at which a count that follows a share of `of` things goes one up or down: `{ frame, up }`.
 * The count is the amount rounded, so that the k-th goes where the amount passes k - 0.5.
 */
export function crossings(series, of) {
  const found = [];
  let count = 0;
  let before = 0;
  Array.from(series).forEach((share, i) => {
    const amount = share * of;
    const now = Math.floor(amount + 0.5);
    const at = (edge) => (i === 0 ? 0 : i - 1 + (edge - before) / (amount - before));
    while (count < now) found.push({ frame: at(++count - 0.5), up: true });
    while (count > now) found.push({ frame: at(count-- - 0.5), up: false });
    before = amount;
  });
  return found;
}

/**
 * The moves of `of` particles between rooms, as a list for each particle: `{ frame, way, back, room, slot }`,
 * the frame at which it sets out, whether it goes the way backwards, and the room and the place where it ends.
 * What has gone already at frame 0 set out before it and has arrived: the first picture agrees with its counts.
 * `ways` are `{ from, to, series }`, rooms by number; at first particle i stands on place i of room 0.
 * A move for which nobody is there waits; one that is taken back while it waits is not made.
 */
export function crowdMoves(of, rooms, ways, travel) {
  const events = ways.flatMap(({ from, to, series }, way) => crossings(series, of).map(({ frame: at, up }) => {
    const frame = at === 0 ? -travel : at;
    return up ? { frame, way, back: false, from, room: to } : { frame, way, back: true, from: to, room: from };
  }));
  events.sort((one, two) => one.frame - two.frame); // those of the same frame stay in the order of the ways
  const moves = Array.from({ length: of }, () => []);
  const places = Array.from({ length: rooms }, () => []); // who has each place
  const present = Array.from({ length: rooms }, () => []); // first come, first gone
  const waiting = Array.from({ length: rooms }, () => []); // moves that somebody still has to make
  const underway = [];
  const arrive = (particle, { room, move }) => {
    const free = places[room].indexOf(undefined);
    const slot = free < 0 ? places[room].length : free;
    places[room][slot] = particle;
    present[room].push(particle);
    if (move) move.slot = slot;
  };
  const leave = ({ way, back, from, room }, frame) => {
    const particle = present[from].shift();
    places[from][places[from].indexOf(particle)] = undefined;
    const move = { frame, way, back, room };
    moves[particle].push(move);
    underway.push({ frame: frame + travel, particle, room, move });
  };
  const until = (frame) => {
    while (underway.length && underway[0].frame <= frame) {
      const come = underway.shift();
      arrive(come.particle, come);
      if (waiting[come.room].length) leave(waiting[come.room].shift(), come.frame);
    }
  };
  for (let i = 0; i < of; i++) arrive(i, { room: 0 });
  for (const event of events) {
    until(event.frame);
    const { from, room, way, back, frame } = event;
    const undone = waiting[room].findLastIndex((move) => move.way === way && move.back !== back);
    if (undone >= 0) waiting[room].splice(undone, 1);
    else if (present[from].length) leave(event, frame);
    else waiting[from].push(event);
  }
  until(Infinity);
  return moves;
}

/**
 * A place on the way from one point to another over a path, at a share of the whole way.
 * `path` gives the points of the path by share of its `length`.
 */
export function placeOnWay(from, to, path, length, share) {
  const [start, end] = [path(0), path(1)];
  const first = Math.hypot(start[0] - from[0], start[1] - from[1]);
  const last = Math.hypot(to[0] - end[0], to[1] - end[1]);
  const gone = Math.min(Math.max(share, 0), 1) * (first + length + last);
  const between = (a, b, part) => [a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part];
  if (gone < first) return between(from, start, gone / first);
  if (gone <= first + length) return path((gone - first) / length);
  return between(end, to, (gone - first - length) / last);
}

/** The frame, with fraction, at which a biological time has come; Infinity for a time that is not on the clock. */
export function frameAt(seconds, time) {
  if (!(time >= seconds[0] && time <= seconds.at(-1))) return Infinity;
  const first = Math.min(seconds.findLastIndex((second) => second <= time), seconds.length - 2);
  return first + (time - seconds[first]) / (seconds[first + 1] - seconds[first]);
}

/** The stretches of frames, with fractions, in which a curve is at a level or above it. */
export function stretchesAbove(series, level) {
  const found = [];
  let start = series[0] >= level ? 0 : null;
  for (let i = 1; i < series.length; i++) {
    const [before, now] = [series[i - 1], series[i]];
    if (before >= level === now >= level) continue;
    const at = i - 1 + (level - before) / (now - before);
    if (start === null) start = at;
    else {
      found.push([start, at]);
      start = null;
    }
  }
  if (start !== null) found.push([start, series.length - 1]);
  return found;
}

/** The place in a box `{ x, y, width, height }` of a value, `at[0]` at the bottom and `at[1]` at the top, at a share of the film. */
export function placeInBox(box, at, share, value) {
  return [box.x + share * box.width, box.y + (1 - portion(value, at)) * box.height];
}

const SPIKE = 0.5; // of a spike in a frame, and more, is one: a level of the surface is not exactly its number

/**
 * How strongly a cell glows in each frame, 0 to 1, given its spikes in each: full at a spike, gone `fade` frames
 * later. Spikes less than `apart` frames from each other make one lasting glow.
 */
export function glowing(counts, fade, apart) {
  const levels = new Float32Array(counts.length);
  let last = -Infinity;
  counts.forEach((count, i) => {
    if (count >= SPIKE) {
      if (i - last < apart) levels.fill(1, last, i);
      last = i;
    }
    levels[i] = Math.max(0, 1 - (i - last) / fade);
  });
  return levels;
}

/** Whether a cell has spiked within the last so many frames, 0 or 1 for each frame. */
export function spikedWithin(counts, frames) {
  let last = -Infinity;
  return Float32Array.from(counts, (count, i) => {
    if (count >= SPIKE) last = i;
    return Number(i - last < frames);
  });
}

/**
 * The ticks of a raster in a box `{ x, y, width, height }`, as the outline of a path for each group: for each of
 * its rows, which `groups` counts from the top, a tick at every frame in which that cell spikes.
 */
export function rasterTicks(box, cells, groups) {
  const row = box.height / (cells.length + groups.length - 1); // a gap is as high as a row
  let first = 0;
  return groups.map((rows, group) => {
    const ticks = cells.slice(first, first + rows).flatMap((counts, i) => {
      const y = (box.y + (first + group + i + 0.1) * row).toFixed(1);
      return Array.from(counts, (count, frame) => (count < SPIKE ? "" : `M${(box.x + (frame / (counts.length - 1)) * box.width).toFixed(1)} ${y}v${(0.8 * row).toFixed(1)}`));
    });
    first += rows;
    return ticks.join("");
  });
}

/* ------------------------------------------------------------------ pages */

const KEYS = [
  [["Space"], "Play or pause"],
  [["←", "→"], "Back or forward in time"],
  [["Page Up", "Page Down"], "Step back or forward in the story"],
  [["1 – 4"], "Choose an answer to a prediction"],
  [["P"], "Projector: large text, strong lines"],
  [["F"], "Full screen on or off"],
  [["R"], "Reset"],
  [["?"], "This list"],
  [["Tab"], "To the next control; arrow keys change it"],
];

/** A number that no other part of the page has: each widget of a notebook may bring a player of its own. */
function unused() {
  globalThis.__explainerParts = (globalThis.__explainerParts ?? 0) + 1;
  return globalThis.__explainerParts;
}

const SVG = "http://www.w3.org/2000/svg";

/** Make an element: `h("p", {class: "x", onclick: f}, "text", child)`. */
function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), guarded(value, () => element.closest(".explainer") ?? element));
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** What is heard must not fail silently: an error takes the place of the scene. */
function guarded(act, place) {
  return (event) => {
    try {
      act(event);
    } catch (error) {
      fail(place(), error);
    }
  };
}

/** Write text only where it differs: untouched text costs no layout. */
function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}

/** Put a message where the reader looks; never a blank. */
function fail(place, error) {
  console.warn("explainer:", error);
  place.replaceChildren(h("div", { class: "explainer-error", role: "alert" },
    h("strong", {}, "This part could not be shown. "),
    String(error?.message ?? error)));
}

/**
 * The page's one copy of plotly.js: already there, linked by the page, held in the page,
 * or asked of the kernel. Resolves to Plotly or rejects with a message for the reader.
 */
export function plotly(model) {
  globalThis.__explainerPlotly ??= findPlotly(model).catch((error) => {
    globalThis.__explainerPlotly = undefined;
    throw error;
  });
  return globalThis.__explainerPlotly;
}

async function findPlotly(model) {
  if (globalThis.Plotly?.react) return globalThis.Plotly;
  const link = document.querySelector('link[rel~="explainer-plotly"]');
  const held = document.getElementById("explainer-plotly");
  if (link) {
    await addScript(link.href);
  } else {
    const packed = held ? fromBase64(held.textContent) : await askKernel(model);
    const address = URL.createObjectURL(new Blob([await gunzip(packed)], { type: "text/javascript" }));
    await addScript(address);
    URL.revokeObjectURL(address);
  }
  if (!globalThis.Plotly?.react) throw new Error("The chart library did not start.");
  return globalThis.Plotly;
}

function addScript(address) {
  return new Promise((resolve, reject) => {
    const script = h("script", { src: address });
    script.onload = resolve;
    script.onerror = () => reject(new Error("The chart library could not be loaded; the picture and the words go on without it."));
    document.head.append(script);
  });
}

function askKernel(model) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("The kernel did not send the chart library; the picture and the words go on without it.")), 20000);
    const heard = (message, buffers) => {
      if (!message?.plotly) return;
      clearTimeout(timer);
      model.off("msg:custom", heard);
      resolve(buffers[0]);
    };
    model.on("msg:custom", heard);
    model.send({ want: "plotly" });
  });
}

/** Bytes of a base64 text. */
export function fromBase64(text) {
  return Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
}

/* ------------------------------------------------------------------ stage */

/** Sheets of the arts on this page, by their text. */
const sheets = new Map();

/** Make the styles of an art a sheet of the page: a strict page heeds no style element. */
function adopt(styles) {
  if (sheets.has(styles)) return;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  sheets.set(styles, sheet);
  document.adoptedStyleSheets.push(sheet);
}

/** Bring the art in, its ids made this widget's own so that two scenes can share a page. */
function importArt(text, prefix) {
  const own = text
    .replace(/<style>([^]*?)<\/style>/g, (_, styles) => adopt(styles) ?? "")
    .replace(/\bid="([^"]+)"/g, `id="${prefix}$1"`)
    .replace(/(href)="#([^"]+)"/g, `$1="#${prefix}$2"`)
    .replace(/url\(#([^)]+)\)/g, `url(#${prefix}$1)`);
  const parsed = new DOMParser().parseFromString(own, "image/svg+xml");
  const trouble = parsed.querySelector("parsererror");
  if (trouble) throw new Error(`The picture is damaged: ${trouble.textContent.slice(0, 120)}`);
  return document.importNode(parsed.documentElement, true);
}

/** Make an element of SVG. */
function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

/** A shared symbol, drawn around its origin. */
function glyphUse(prefix, glyph, size) {
  return svg("use", { href: `#${prefix}glyph-${glyph}`, width: size, height: size, x: -size / 2, y: -size / 2 });
}

const translate = ([x, y]) => `translate(${x.toFixed(1)} ${y.toFixed(1)})`;

/** How points of one part's coordinates are told in another's, as the picture is laid out now. */
function carrier(from, to) {
  const [source, target] = [from.getCTM(), to.getCTM()];
  if (!source || !target?.a) return (x, y) => [x, y]; // not laid out: nothing is seen
  const m = target.inverse().multiply(source);
  return (x, y) => [m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f];
}

/** Points along a path, so that playing never asks the path for geometry. */
function tabulate(path, carry = (x, y) => [x, y], count = 80) {
  const length = path.getTotalLength();
  const points = new Float32Array(2 * (count + 1));
  for (let i = 0; i <= count; i++) {
    const { x, y } = path.getPointAtLength((length * i) / count);
    points.set(carry(x, y), 2 * i);
  }
  const place = (share) => {
    const along = Math.min(Math.max(share, 0), 1) * count;
    const first = Math.min(Math.floor(along), count - 1);
    const rest = along - first;
    const at = 2 * first;
    return [points[at] + (points[at + 2] - points[at]) * rest, points[at + 1] + (points[at + 3] - points[at + 1]) * rest];
  };
  return { place, length };
}

/** How each kind of actor is made ready; each gives back `{ settle(state), draw(frame, state) }`. */
const ACTORS = {
  flow(actor, part, stage) {
    const { place } = tabulate(part(actor.part));
    const group = svg("g", { class: `flow flow-${actor.glyph}` });
    part(actor.part).after(group);
    const pool = [];
    const particle = (i) => {
      while (pool.length <= i) {
        pool.push(glyphUse(stage.prefix, actor.glyph, actor.size));
        group.append(pool.at(-1));
      }
      return pool[i];
    };
    const travel = actor.travel_s * stage.framesPerS;
    let leaving = [];
    let shown = 0;
    return {
      settle: (state) => {
        const strength = actor.strength ? state.facts[actor.strength] : 1;
        const series = stage.signal(state, actor.signal);
        leaving = departures(series, (strength * actor.per_s) / stage.framesPerS);
        if (actor.gate !== null) leaving = admitted(leaving, series, actor.gate * travel, (1 - actor.gate) * travel);
      },
      draw: (frame) => {
        let used = 0;
        for (let k = firstAfter(leaving, frame - travel, Math.abs); k < leaving.length; k++) {
          const start = Math.abs(leaving[k]);
          if (start > frame) break;
          const share = (frame - start) / travel;
          const use = particle(used++);
          use.setAttribute("transform", translate(place(leaving[k] < 0 ? 1 - share : share)));
          if (used > shown) use.removeAttribute("display");
        }
        for (let i = used; i < shown; i++) pool[i].setAttribute("display", "none");
        shown = used;
      },
    };
  },

  crowd(actor, part, stage) {
    const home = part(actor.part);
    const rooms = actor.rooms.map((id) => [...part(id).querySelectorAll(".slot")]);
    const ways = actor.ways.map(({ path, source, target, channel }) =>
      ({ path: part(path), from: actor.rooms.indexOf(source), to: actor.rooms.indexOf(target), channel }));
    const particles = Array.from({ length: actor.of }, () => glyphUse(stage.prefix, actor.glyph, actor.size));
    home.append(svg("g", { class: `crowd crowd-${actor.glyph}` }, ...particles));
    let slots = [];
    let paths = [];
    let travel = 0;
    let moves = [];
    let setOut = []; // [frame, particle], ascending
    let drawn = null; // the frame that is drawn, once all particles have been placed
    const slotOf = ({ room, slot }) => {
      const [x, y] = slots[room][slot % slots[room].length];
      const [right, down] = ASIDE[Math.floor(slot / slots[room].length) % ASIDE.length];
      return [x + right * actor.size, y + down * actor.size];
    };
    const placeAt = (particle, frame) => {
      const own = moves[particle];
      const last = own.findLastIndex((move) => move.frame <= frame);
      const stood = { room: 0, slot: particle };
      if (last < 0) return slotOf(stood);
      const { frame: start, way, back } = own[last];
      if (frame >= start + travel) return slotOf(own[last]);
      const { place, length } = paths[way];
      return placeOnWay(slotOf(own[last - 1] ?? stood), slotOf(own[last]), back ? (share) => place(1 - share) : place, length, (frame - start) / travel);
    };
    return {
      measure() {
        slots = rooms.map((room) => room.map((slot) =>
          carrier(slot.parentNode, home)(Number(slot.getAttribute("cx")), Number(slot.getAttribute("cy")))));
        paths = ways.map(({ path }) => tabulate(path, carrier(path, home)));
        drawn = null;
      },
      settle(state) {
        travel = stage.calm() ? 0 : actor.travel_s * stage.framesPerS;
        moves = crowdMoves(actor.of, rooms.length, ways.map((way) => ({ ...way, series: state.channels[way.channel] })), travel);
        setOut = moves.flatMap((own, particle) => own.map(({ frame }) => [frame, particle])).sort(([one], [two]) => one - two);
        drawn = null;
      },
      draw(frame) {
        const place = (particle) => particles[particle].setAttribute("transform", translate(placeAt(particle, frame)));
        if (drawn === null) particles.forEach((_, particle) => place(particle));
        else {
          // Only who was or will be on the way between the frame that is drawn and this one may stand elsewhere.
          const [low, high] = [Math.min(drawn, frame) - travel, Math.max(drawn, frame)];
          const moved = new Set();
          for (let k = firstAfter(setOut, low, ([start]) => start); k < setOut.length && setOut[k][0] <= high; k++) moved.add(setOut[k][1]);
          moved.forEach(place);
        }
        drawn = frame;
      },
    };
  },

  share(actor, part, stage) {
    const units = [...part(actor.part).querySelectorAll(".unit")];
    if (units.length !== actor.of) throw new Error(`The picture has ${units.length} units where ${actor.of} are meant.`);
    const names = Object.values(actor.states);
    const order = shuffled(units.length);
    const current = new Int8Array(units.length).fill(-2);
    const ringed = Math.floor((actor.ringed ?? 0) * actor.of);
    if (actor.ringed !== null) units[order[ringed]].classList.add("ringed");
    const channels = Object.keys(actor.states);
    const fast = actor.fast.map((name) => channels.indexOf(name));
    const aside = spreadAside(actor.of, ringed, actor.aside);
    let drawn = -1;
    return {
      settle() { drawn = -1; },
      draw: (moment, state) => {
        const frame = Math.floor(moment); // as a member's state, which it may show large
        if (frame === drawn) return;
        drawn = frame;
        const shares = channels.map((name) => state.channels[name][frame]);
        unitStates(shares, actor.of, fast, aside).forEach((now, rank) => {
          if (current[rank] === now) return;
          const unit = units[order[rank]];
          unit.classList.remove(...names, actor.otherwise);
          unit.classList.add(now < 0 ? actor.otherwise : names[now]);
          current[rank] = now;
        });
      },
    };
  },

  shift(actor, part, stage) {
    const { place } = tabulate(part(actor.path));
    const moved = part(actor.part);
    return {
      settle() {},
      draw: (frame, state) => {
        setAttribute(moved, "transform", translate(place(portion(stage.at(state, actor.signal, frame), actor.at))));
      },
    };
  },

  turn(actor, part, stage) {
    const moved = part(actor.part);
    return {
      settle() {},
      draw: (frame, state) => setAttribute(moved, "transform", scaled(actor.to, portion(stage.at(state, actor.signal, frame), actor.at))),
    };
  },

  show(actor, part) {
    const moved = part(actor.part);
    const appear = (values) => moved.classList.toggle("absent", !meets(actor.when, values));
    return { appear, settle: (state) => appear(state.values), draw() {} };
  },

  count(actor, part, stage) {
    const children = [...part(actor.part).children];
    let shown = -1;
    return {
      settle() {},
      draw: (frame, state) => {
        const value = stage.at(state, actor.signal, frame);
        const now = value > 0 ? Math.min(Math.max(Math.round((value / actor.full) * actor.of), 1), children.length) : 0;
        if (now === shown) return;
        children.forEach((child, i) => (i < now ? child.removeAttribute("display") : child.setAttribute("display", "none")));
        shown = now;
      },
    };
  },

  glow(actor, part, stage) {
    const moved = part(actor.part);
    return {
      settle() {},
      draw: (frame, state) => {
        const share = portion(stage.at(state, actor.signal, frame), actor.at);
        setAttribute(moved, "opacity", (actor.least + (1 - actor.least) * share).toFixed(2));
      },
    };
  },

  trace(actor, part, stage) {
    const box = stage.box(actor.part);
    const own = part(actor.part).getAttribute("class") ?? "";
    const drawnAs = (kind) => box.add(svg("path", { class: `${kind}${actor.faint ? " faint" : ""} ${own}` }));
    const area = actor.area ? drawnAs("trace-area") : null;
    const above = actor.above === null ? null : drawnAs("trace-above");
    const line = drawnAs("trace-line");
    return {
      settle(state) {
        const series = state.channels[actor.signal];
        const place = (frame, value) => placeInBox(box.place, actor.at, frame / (series.length - 1), value).map((x) => x.toFixed(1)).join(" ");
        const curve = Array.from(series, (value, frame) => place(frame, value)).join("L");
        line.setAttribute("d", `M${curve}`);
        area?.setAttribute("d", `M${place(0, actor.at[0])}L${curve}L${place(series.length - 1, actor.at[0])}Z`);
        above?.setAttribute("d", stretchesAbove(series, actor.above).map((ends) => `M${ends.map((frame) => place(frame, actor.above)).join("L")}`).join(""));
      },
      draw: (frame) => box.reveal(frame),
    };
  },

  spikes(actor, part, stage) {
    const home = part(actor.part);
    const somas = [...home.querySelectorAll(".unit")].map((unit) => unit.querySelector(".soma") ?? unit);
    const id = `${stage.prefix}spike-${unused()}`;
    const halos = somas.map(() => svg("circle", { r: 1, fill: `url(#${id})`, display: "none" }));
    home.append(svg("g", { class: "spikes" }, svg("radialGradient", { id }, ...SPIKE_STOPS.map(([offset, opacity]) =>
      svg("stop", { offset, "stop-opacity": opacity }))), ...halos));
    const drawn = new Float32Array(somas.length);
    let places = [];
    let levels = [];
    return {
      measure() {
        places = somas.map((soma) => {
          const { x, y, width, height } = soma.getBBox();
          const carry = carrier(soma, home);
          const middle = carry(x + width / 2, y + height / 2);
          const edge = carry(x + width / 2 + Math.max(width, height) / 2, y + height / 2);
          return { middle: translate(middle), reach: HALO * Math.hypot(edge[0] - middle[0], edge[1] - middle[1]) };
        });
        drawn.fill(-1);
      },
      settle({ channels, speed }) {
        const second = stage.framesPerS * Math.max(speed, 1); // of the reader's, in frames
        levels = actor.cells.map((name) => (stage.calm()
          ? spikedWithin(channels[name], CALM_S * second)
          : glowing(channels[name], actor.fade_s * stage.framesPerS, second / BRIGHTENINGS)));
      },
      draw(frame) {
        const at = stage.calm() ? Math.floor(frame) : frame;
        levels.forEach((series, i) => {
          const level = sampleAt(series, at);
          if (level === drawn[i]) return;
          const halo = halos[i];
          drawn[i] = level;
          if (level === 0) {
            halo.setAttribute("display", "none");
            return;
          }
          halo.removeAttribute("display");
          halo.setAttribute("opacity", level.toFixed(2));
          halo.setAttribute("transform", `${places[i].middle} scale(${(places[i].reach * (0.6 + 0.4 * level)).toFixed(2)})`);
        });
      },
    };
  },

  raster(actor, part, stage) {
    const box = stage.box(actor.part);
    const own = part(actor.part).getAttribute("class") ?? "";
    const groups = Object.entries(actor.groups);
    if (!groups.length) groups.push(["", actor.cells.length]);
    const paths = groups.map(([name]) => box.add(svg("path", { class: `raster-ticks ${own} ${name}` })));
    return {
      settle({ channels }) {
        const cells = actor.cells.map((name) => channels[name]);
        const width = Math.max((0.8 * box.place.width) / (cells[0].length - 1), 1.5);
        rasterTicks(box.place, cells, groups.map(([, rows]) => rows)).forEach((ticks, i) => {
          paths[i].setAttribute("d", ticks);
          paths[i].style.setProperty("--tick", `${width.toFixed(1)}px`);
        });
      },
      draw: (frame) => box.reveal(frame),
    };
  },

  flag(actor, part, stage) {
    const moved = part(actor.part);
    const rect = part(actor.box);
    const box = stage.box(actor.box);
    let carry;
    let time = Infinity;
    return {
      measure() { carry = carrier(rect, moved.parentNode); },
      settle(state) {
        time = frameAt(stage.seconds, state.facts[actor.signal]);
        if (time === Infinity) return;
        const share = time / (stage.seconds.length - 1);
        moved.setAttribute("transform", translate(carry(...placeInBox(box.place, actor.at, share, sampleAt(state.channels[actor.level], time)))));
      },
      draw(frame) { setAttribute(moved, "visibility", frame < time ? "hidden" : "visible"); },
    };
  },

  readout(actor, part, stage) {
    const text = part(actor.part);
    const lines = actor.template.split("\n");
    const spans = lines.length === 1 ? [text] : lines.map((_, i) => svg("tspan", { x: text.getAttribute("x"), dy: i ? "1.15em" : 0 }));
    if (lines.length > 1) text.replaceChildren(...spans);
    // What the model computes is hidden while a prediction is asked for; what the reader has set is not.
    const names = [...actor.template.matchAll(PLACE)].map(([, name]) => name);
    if (names.some((name) => stage.computes(name))) text.classList.add("computed");
    return {
      settle() {},
      draw: (frame, state) => {
        const now = Object.fromEntries(names.map((name) => [name, stage.at(state, name, frame)]));
        lines.forEach((line, i) => setText(spans[i], fill(line, now)));
      },
    };
  },
};

const BRIGHTENINGS = 3; // of a cell in a second, at most
const CALM_S = 0.5; // from one picture to the next for a reader who wants less motion
const HALO = 1.7; // of the cell's own size
const SPIKE_STOPS = [[0, 1], [0.5, 0.8], [1, 0]]; // of the halo, from its middle: how strong it is there

/** Where particles stand that share a place, in their size: the first in its middle, the others beside it. */
const ASIDE = [[0, 0], [0.3, -0.3], [-0.3, 0.3], [0.3, 0.3], [-0.3, -0.3]];

/** How far, in units of the stage, a line may reach over the edge of its box. */
const OVERHANG = 12;

/** The box of the curves of a picture: they show up to now. */
function makeBox(rect, id, frames) {
  const now = svg("rect");
  const curves = svg("g", { class: "traces", "clip-path": `url(#${id})` });
  rect.after(svg("clipPath", { id }, now), curves);
  return {
    place: null,
    add(path) {
      curves.append(path);
      return path;
    },
    measure() {
      this.place = rect.getBBox();
      const { x, y, height } = this.place;
      for (const [name, value] of Object.entries({ x: x - OVERHANG, y: y - OVERHANG, height: height + 2 * OVERHANG })) now.setAttribute(name, value);
    },
    reveal(frame) { setAttribute(now, "width", (OVERHANG + (frame / (frames - 1)) * this.place.width).toFixed(1)); },
  };
}

/** Place of the first in an ascending list that lies after a frame. */
function firstAfter(list, frame, frameOf) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frameOf(list[middle]) <= frame) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A fixed scatter of ranks over units, so that neighbours in rank are not neighbours in place. */
function shuffled(count) {
  const order = Array.from({ length: count }, (_, i) => i);
  let seed = 12345;
  for (let i = count - 1; i > 0; i--) {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    const j = seed % (i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** The picture and its actors. */
function makeStage(spec, calm) {
  const prefix = `x${unused()}-`;
  const art = importArt(spec.art, prefix);
  art.setAttribute("role", "img");
  art.setAttribute("class", `${art.getAttribute("class") ?? ""} plate`);
  const frames = spec.surface.frames;
  const wide = art.getAttribute("viewBox");
  const part = (id) => {
    const found = art.querySelector(`[id="${prefix}${id.replace(/^#/, "")}"]`);
    if (!found) throw new Error(`The picture has no part ${id}.`);
    return found;
  };
  const boxes = new Map();
  let courses = {}; // the members' ways at one setting
  const stage = {
    art,
    prefix,
    calm,
    seconds: spec.clock.seconds,
    framesPerS: (frames - 1) / spec.clock.film_s,
    /** The box of the curves in a part; all traces of a box share it. */
    box(id) {
      if (!boxes.has(id)) boxes.set(id, makeBox(part(id), `${prefix}now-${boxes.size}`, frames));
      return boxes.get(id);
    },
    /** Whether a name is the model's, not a control's. */
    computes: (name) => !spec.controls.some((control) => control.name === name),
    /** Whether a member is in its states, 0 or 1, for each frame. */
    belongs(state, member) {
      if (courses.of !== state.channels) courses = { of: state.channels, known: new Map() };
      if (!courses.known.has(member)) {
        const way = course(member, member.order.map((name) => state.channels[name]), Math.round(member.glide_s * stage.framesPerS));
        courses.known.set(member, way.map((now) => Number(now >= 0 && member.states.includes(member.order[now]))));
      }
      return courses.known.get(member);
    },
    /** A signal over all frames. */
    signal(state, name) {
      if (typeof name === "object") return stage.belongs(state, name);
      if (name in state.channels) return state.channels[name];
      return Float32Array.from({ length: frames }, (_, i) => stage.at(state, name, i));
    },
    /** A signal at one frame; a member's parts take a moment to follow its state. */
    at(state, name, frame) {
      if (typeof name === "object") return gliding(stage.belongs(state, name), frame, calm() ? 0 : name.glide_s * stage.framesPerS);
      if (name in state.channels) return sampleAt(state.channels[name], frame);
      return name in state.facts ? state.facts[name] : state.values[name];
    },
    /** Everything that a text may name at one frame. */
    instant(state, frame) {
      const now = { ...state.values, ...state.facts };
      for (const name in state.channels) now[name] = sampleAt(state.channels[name], frame);
      return now;
    },
    /** Dim all but the parts in focus; with none, nothing is dimmed. */
    focus(ids) {
      for (const dim of art.querySelectorAll(".dim")) dim.classList.remove("dim");
      const lit = new Set();
      for (const id of ids) for (let node = part(id); node !== art; node = node.parentNode) lit.add(node);
      for (const node of lit) {
        if (ids.some((id) => part(id) === node)) continue;
        for (const child of node.children) if (!lit.has(child)) child.classList.add("dim");
      }
      if (ids.length) {
        for (const child of art.children) {
          if (!lit.has(child) && !["defs", "style", "title"].includes(child.tagName)) child.classList.add("dim");
        }
      }
    },
    narrow(yes) {
      art.classList.toggle("narrow", yes && Boolean(spec.narrow));
      setAttribute(art, "viewBox", yes && spec.narrow ? spec.narrow : wide);
    },
  };
  // A path is measured where it is drawn; the art hangs in the page while the tables are made.
  stage.prepare = (values) => {
    const actors = spec.actors.map((actor) => ACTORS[actor.kind](actor, part, stage));
    /** Take the places of parts, which another layout of the art may move; then settle anew. */
    stage.measure = () => {
      const absent = [...art.querySelectorAll(".absent")]; // what is not rendered has no place
      for (const group of absent) group.classList.remove("absent");
      [...boxes.values(), ...actors].forEach((one) => one.measure?.());
      for (const group of absent) group.classList.add("absent");
    };
    stage.settle = (state) => actors.forEach((actor) => actor.settle(state));
    stage.draw = (frame, state) => actors.forEach((actor) => actor.draw(frame, state));
    stage.measure();
    for (const actor of actors) actor.appear?.(values);
  };
  return stage;
}

/* ----------------------------------------------------------------- charts */

const CHART_PAUSE_MS = 80; // after the last change
const MARGIN = { l: 40, r: 12, t: 6, b: 40 };
const FAINT = 0.4; // strength of one line among many

/** One chart: a place that is there at once, drawn when plotly.js has come. */
function makeChart(chart, spec, root) {
  const cursor = h("div", { class: "chart-cursor", hidden: true });
  const plot = h("div", { class: "chart-plot", role: "img" });
  const key = h("ul", { class: "chart-key" }, ...chart.lines.filter((line) => line.label).map((line) =>
    h("li", {}, swatch(line), line.label)));
  const element = h("figure", { class: "chart" },
    h("figcaption", {}, h("strong", {}, chart.title), ` (${chart.unit})`), key,
    h("div", { class: "chart-frame" }, plot, cursor, h("p", { class: "veil" }, "Shown after your prediction.")),
    chart.note ? h("p", { class: "chart-note" }, chart.note) : null);
  const { frames } = spec.surface;
  const events = chart.at.length > 0;
  const over = chart.over ? spec.controls.find(({ name }) => name === chart.over) : null;
  const film = Array.from({ length: frames }, (_, i) => (i / (frames - 1)) * spec.clock.film_s);
  const range = chart.range ?? spec.surface.channels
    .filter((c) => chart.lines.some((l) => [l.channel].flat().includes(c.name)))
    .reduce(([low, high], c) => [Math.min(low, c.low * chart.scale), Math.max(high, c.high * chart.scale)], [Math.min(chart.level, 0), Math.max(chart.level, 0)]);

  /** What each trace draws. */
  const drawn = chart.lines.flatMap(({ channel, to, dots }) => (to ? [{ names: channel }, { names: to }] : [{ names: channel, dots }]));
  const facts = drawn.flatMap(({ names }) => names);
  const across = over ? widened([over.nodes[0], over.nodes.at(-1)].map((node) => placeOf(over, node)))
    : events ? [0.5, chart.at.length + 0.5] : [0, spec.clock.film_s];

  const colour = (token) => getComputedStyle(root).getPropertyValue(`--${token}`).trim() || "gray";
  /** The chart's points up to the horizon; one without a frame interrupts the line. */
  const points = ({ horizon }) => {
    if (!events) return film.slice(0, horizon + 1).map((x, frame) => ({ x, frame }));
    const shown = chart.at.map((frame, i) => ({ x: i + 1, frame })).filter(({ frame }) => frame <= horizon);
    return shown.flatMap((point) => (chart.at_breaks.includes(point.x - 1) ? [{ x: null }, point] : [point]));
  };
  /** The points of a chart over a control, at these of its values. */
  const pointsOver = (state, values) => values.map((value) =>
    ({ x: placeOf(over, value), facts: factsAt(state.slab, spec.surface, { ...state.settled, [over.name]: value }, facts) }));
  /** One channel or fact, or the sum of several, over these points. */
  const series = (state, names, at) => {
    const valueOf = over ? (name, point) => point.facts[name] : (name, { frame }) => state.channels[name][frame];
    return at.map((point) => (point.x === null ? null : [names].flat().reduce((sum, name) => sum + valueOf(name, point), 0) * chart.scale));
  };
  /** Which lines have a mark at the control's present value: those that have a value there. */
  const marked = over ? chart.lines.filter((line) => !line.to && !line.stack && (over.snap || !line.dots)) : [];
  /** The numbers of all traces. */
  const numbers = (state) => {
    if (!over) {
      const at = points(state);
      return { x: drawn.map(() => at.map(({ x }) => x)), y: drawn.map(({ names }) => series(state, names, at)) };
    }
    const [curve, nodes] = [valuesAlong(over), over.nodes].map((values) => pointsOver(state, values));
    const now = pointsOver(state, [state.settled[over.name]]);
    const at = drawn.map(({ dots }) => (state.held ? now : dots ? nodes : curve));
    return {
      x: [...at.map((own) => own.map(({ x }) => x)), marked.map(() => now[0].x)],
      y: [...drawn.map(({ names }, i) => series(state, names, at[i])), marked.map(({ channel }) => series(state, channel, now)[0])],
    };
  };
  const projected = () => root.dataset.theme === "projector";
  const letters = () => (projected() ? parseFloat(getComputedStyle(root).fontSize) : 12);
  const traces = () => chart.lines.flatMap((line) => {
    const base = {
      type: "scatter", name: line.label, showlegend: false,
      mode: line.dots ? "markers" : events ? "lines+markers" : "lines", hoverinfo: line.label ? "y+name" : "skip", opacity: line.faint ? FAINT : 1,
      line: { color: colour(line.colour), width: (projected() ? 4 : 2.2) * (line.faint ? 0.5 : 1), dash: line.dash },
      marker: { size: 7, color: colour(line.colour) },
    };
    if (line.stack) return [{ ...base, stackgroup: "one", line: { ...base.line, width: 0 }, fillcolor: colour(line.colour) }];
    if (!line.to) return [base];
    return [{ ...base, line: { ...base.line, width: 0 }, hoverinfo: "skip" },
      { ...base, line: { ...base.line, width: 0 }, fill: "tonexty", fillcolor: translucent(colour(line.colour)), hoverinfo: "skip" }];
  });
  const mark = () => ({
    type: "scatter", mode: "markers", showlegend: false, hoverinfo: "skip",
    marker: { size: projected() ? 18 : 11, color: marked.map((line) => colour(line.colour)), line: { color: colour("chart-cursor"), width: projected() ? 4 : 2 } },
  });
  const layout = () => {
    const strong = projected() ? { linewidth: 4, tickwidth: 4, gridwidth: 4 } : {};
    const axis = {
      color: colour("chart-axis"), gridcolor: colour("chart-grid"), linecolor: colour("chart-axis"), zeroline: false, fixedrange: true,
      showline: true, ticks: "outside", ticklen: 4, ...strong, tickangle: 0, automargin: false,
      tickfont: { size: letters() },
    };
    const ticks = chartTicks(spec.clock);
    const marks = over ? nodeTicks(over) : [];
    const top = range[1] + (range[1] - range[0]) * 0.05;
    const bands = events || over ? [] : spec.clock.phases.map((phase) => ({
      type: "rect", xref: "x", yref: "paper", layer: "below", line: { width: 0 }, y0: 0, y1: 1,
      x0: film[phase.from], x1: film[phase.to], fillcolor: phase.shade ? colour(phase.shade) : "rgba(0,0,0,0)",
    }));
    const level = chart.level === null ? [] : [{
      type: "line", layer: "between", x0: across[0], x1: across[1], y0: chart.level, y1: chart.level,
      line: { color: colour("chart-axis"), width: projected() ? 4 : 1.5, dash: "dash" },
    }];
    return {
      autosize: true, margin: projected() ? { l: 3 * letters(), r: letters(), t: 8, b: 2.8 * letters() } : MARGIN, dragmode: false, showlegend: false,
      paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: "system-ui, sans-serif", color: colour("chart-text"), size: 12 },
      xaxis: {
        ...axis, range: across, showgrid: events || Boolean(over),
        title: { text: chart.x_title, font: { size: letters() }, standoff: 2 },
        ...(over ? { tickvals: marks.map((t) => t.place), ticktext: marks.map((t) => t.text) } : events ? eventTicks(chart) : { tickvals: ticks.map((t) => t.film), ticktext: ticks.map((t) => t.text) }),
      },
      yaxis: { ...axis, range: [range[0], top], nticks: 5 },
      shapes: [...bands, ...level],
      // The level's name stands at its end, where most curves have gone, on the side that has room.
      annotations: level.filter(() => chart.level_label).map(() => ({
        text: chart.level_label, xref: "paper", x: 1, xanchor: "right", y: chart.level, borderpad: 1, showarrow: false,
        yanchor: chart.level - range[0] < 0.7 * (top - range[0]) ? "bottom" : "top",
        font: { color: colour("chart-text"), size: letters() },
      })),
    };
  };
  /** The values that are marked, in words. */
  const standsAt = (state) => {
    const [now] = pointsOver(state, [state.settled[over.name]]);
    const told = marked.filter(({ label }) => label).map(({ label, channel }) => `${label} ${write(series(state, channel, [now])[0], "g")}`);
    return told.length ? `At ${write(state.settled[over.name], over.form)}\u00a0${over.unit}: ${told.join(", ")}.` : "";
  };
  let Plotly = null;
  let margin = MARGIN;
  let width = 0;
  return {
    element,
    deck: chart.deck,
    tab: chart.tab,
    /** Whether it is the one of its deck that shows. */
    get shows() { return !element.hidden; },
    async draw(library, state) {
      Plotly = library;
      const figure = { data: [...traces(), ...(over ? [mark()] : [])], layout: layout() };
      margin = figure.layout.margin;
      const { x, y } = numbers(state);
      figure.data.forEach((trace, i) => Object.assign(trace, { x: x[i], y: y[i] }));
      await Plotly.react(plot, figure.data, figure.layout, { displayModeBar: false, responsive: true });
      this.measure();
      cursor.hidden = false;
    },
    failed: (error) => fail(plot, error),
    update(state) {
      if (!Plotly) return;
      const { x, y } = numbers(state);
      Plotly.restyle(plot, { x, y }, x.map((_, i) => i));
    },
    /** Name it by these words; where a `state` may be told, a chart over a control also says where it stands. */
    words(text, state = null) {
      const now = over && state ? ` ${standsAt(state)}` : "";
      const level = chart.level_label ? ` A dashed line: ${chart.level_label}.` : "";
      setAttribute(plot, "aria-label", `Chart: ${chart.title}, in ${chart.unit}${over ? `, over ${chart.x_title}` : ""}.${level}${now} ${text}`);
    },
    cursor(frame, state) {
      let share = frame / (frames - 1);
      if (over) share = portion(placeOf(over, state.values[over.name]), across);
      if (events) {
        const passed = chart.at.filter((at) => at <= frame + 0.01).length;
        cursor.style.opacity = passed ? 1 : 0;
        share = (Math.max(passed, 1) - 0.5) / chart.at.length;
      }
      cursor.style.transform = `translateX(${(margin.l + share * (width - margin.l - margin.r)).toFixed(1)}px)`;
    },
    /** Take the size of the place: read here, once, and not in every frame. */
    measure() {
      width = plot.clientWidth;
      cursor.style.top = `${margin.t}px`;
      cursor.style.bottom = `${margin.b}px`;
    },
    remove: () => Plotly?.purge(plot),
  };
}

/** A range with a little room at both ends, so that what stands there can be seen whole. */
const widened = ([low, high]) => [low - (high - low) * 0.04, high + (high - low) * 0.04];

/** How round a number is, from 0: itself, the powers of ten, then 2, 3 and 5 of them, then the rest. */
function roundness(value) {
  if (value === 0) return 0;
  const lead = Number(Math.abs(value).toExponential(6).split("e")[0]);
  return lead === 1 ? 1 : [2, 3, 5].includes(lead) ? 2 : 3;
}

/** Ticks over a control's axis, at nodes: both ends, then the roundest that have room for their text, the rest where it is wide. */
export function nodeTicks(control) {
  const [first, last] = [control.nodes[0], control.nodes.at(-1)];
  const whole = placeOf(control, last) - placeOf(control, first);
  const all = control.nodes.map((node) => ({ node, place: placeOf(control, node), text: write(node, control.form) }));
  const rank = ({ node }) => (node === first || node === last ? -1 : roundness(node));
  const room = (one, other) => 0.04 + 0.017 * (one.text.length + other.text.length); // share of the axis, on the narrowest chart
  const ticks = [];
  for (const tick of [...all].sort((one, other) => rank(one) - rank(other))) {
    if (ticks.every((other) => Math.abs(tick.place - other.place) >= room(tick, other) * whole * (rank(tick) > 2 ? 2 : 1))) ticks.push(tick);
  }
  return ticks.sort((one, other) => one.place - other.place).map(({ place, text }) => ({ place, text }));
}

/** Ticks of a chart over events: their names, or numbers from 1. */
function eventTicks({ at, at_labels }) {
  if (!at_labels.length) return { dtick: Math.ceil(at.length / 8) };
  return { tickvals: at_labels.map((_, i) => i + 1), ticktext: at_labels };
}

/** What the bands behind the curves mean: of each shade, the phase that has it first. */
function makeBandsKey({ phases }) {
  const firsts = phases.filter(({ shade, label }, i) => shade && label && phases.findIndex((phase) => phase.shade === shade) === i);
  if (!firsts.length) return null;
  return h("ul", { class: "bands-key", "aria-label": "Bands behind the curves" }, ...firsts.map(({ shade, label }) => {
    const mark = h("span", { class: "swatch area band-mark", "aria-hidden": "true" });
    mark.style.setProperty("--swatch", `var(--${shade})`);
    return h("li", {}, mark, label);
  }));
}

function swatch(line) {
  const mark = h("span", { class: `swatch ${line.dots ? "dots" : line.to ? "area pale" : line.stack ? "area" : line.dash}${line.faint ? " faint" : ""}`, "aria-hidden": "true" });
  mark.style.setProperty("--swatch", `var(--${line.colour})`);
  return mark;
}

function translucent(colour) {
  return colour.startsWith("#") && colour.length === 7 ? `${colour}40` : colour;
}

/**
 * Ticks along the film, each with its text: where phases begin, or at every multiple of the clock's `tick_s`,
 * then as a plain number, since the axis names the unit. None are closer than the eye can part.
 */
export function chartTicks({ seconds, phases, film_s, unit, tick_s }) {
  const last = seconds.length - 1;
  const inUnit = (second) => (unit === "min" ? second / 60 : second);
  const short = (value) => (value >= 10 ? Math.round(value) : +value.toFixed(1));
  const named = (second) => (unit === "min" && second >= 36000 ? `${short(second / 3600)} h` : `${short(inUnit(second))} ${unit}`);
  const multiples = () => {
    const first = Math.ceil(seconds[0] / tick_s - 1e-9);
    const count = Math.floor(seconds[last] / tick_s + 1e-9) - first + 1;
    return Array.from({ length: count }, (_, i) => Math.min((first + i) * tick_s, seconds[last]));
  };
  const places = tick_s
    ? multiples().map((second) => ({ frame: frameAt(seconds, second), text: `${+inUnit(second).toFixed(2)}` }))
    : [...phases.map((phase) => phase.from), last].map((frame) => ({ frame, text: named(seconds[frame]) }));
  const ticks = [];
  for (const { frame, text } of places) {
    const film = (frame / last) * film_s;
    if (!ticks.length || film - ticks.at(-1).film > film_s / 9 - 1e-9) ticks.push({ film, text });
  }
  return ticks;
}

/** The charts' places on the page: those of a deck share one, in which `turned` has to draw the one that is chosen. */
function chartPlaces(charts, turned) {
  return charts.flatMap((chart) => {
    if (!chart.deck) return [chart.element];
    const members = charts.filter(({ deck }) => deck === chart.deck);
    return members[0] === chart ? [makeDeck(chart.deck, members, turned)] : [];
  });
}

function makeDeck(name, charts, turned) {
  const show = (tab) => { for (const chart of charts) chart.element.hidden = chart.tab !== tab; };
  const row = makeOptions("tabs", name, charts.map((chart) => chart.tab), (tab) => {
    show(tab);
    turned(charts.find((chart) => chart.shows));
  });
  row.show(charts[0].tab);
  show(charts[0].tab);
  return h("div", { class: "deck" }, row.element, ...charts.map((chart) => chart.element));
}

/* ----------------------------------------------------------------- widget */

/** Draw a scene into `el`; gives back its cleanup. */
function render({ model, el }) {
  const root = h("section", { class: "explainer", tabindex: "-1", "data-lm-suppress-shortcuts": "true" });
  el.append(root);
  const undo = [];
  const listen = (target, event, heard, options) => {
    const safe = guarded(heard, () => root);
    target.addEventListener(event, safe, options);
    undo.push(() => target.removeEventListener(event, safe, options));
  };
  const spec = model.get("spec");
  start(model, root, spec, listen, undo).catch((error) => fail(root, error));
  return () => {
    while (undo.length) undo.pop()();
    root.remove();
  };
}

/**
 * Put a scene together: its parts, its state, and what time and the reader do to it.
 * Functions below share that state; what needs only a little of it stands outside.
 */
async function start(model, root, spec, listen, undo) {
  const header = spec.surface;
  const slabs = [];
  const names = spec.controls.map((control) => control.name);
  const started = Object.fromEntries(names.map((name) => [name, model.get(name)]));
  const state = { values: { ...started }, channels: null, facts: null, film: 0, playing: false, speed: 1, alone: false, step: -1, stop: spec.clock.film_s, horizon: header.frames - 1, held: false };
  const lastFrame = header.frames - 1;
  const frameOf = (film) => (film / spec.clock.film_s) * lastFrame;
  const filmOf = (frame) => (frame / lastFrame) * spec.clock.film_s;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  root.setAttribute("aria-label", spec.title);
  const stage = makeStage(spec, () => calm.matches);
  const live = h("div", { class: "unseen", "aria-live": "polite" });
  const charts = spec.charts.map((chart) => makeChart(chart, spec, root));
  const say = (text) => setText(live, text);
  const player = {
    root, state, started, filmOf, say, change, play, pause, settleWords, redraw,
    calm: () => calm.matches,
    rest: () => timebar.rest(),
    waiting(yes) {
      timebar.waiting(yes);
      cards.settle(state, yes);
    },
    focus: (parts) => stage.focus(parts),
    tell: () => { for (const name of names) model.set(name, state.values[name]); },
  };

  /* --- the page's parts --- */
  const timebar = makeTimebar(spec, { toggle, seek: (frame) => { pause(); seek(filmOf(frame)); }, speed: (speed) => { state.speed = speed; resettle(); } });
  const controls = spec.controls.map((control) => makeControl(control, (value) => change({ [control.name]: value }, true)));
  const controlBox = h("div", { class: "controls", role: "group", "aria-label": "Controls" }, ...controls.map((c) => c.element));
  const notice = h("p", { class: "explainer-error", role: "alert", hidden: true });
  controlBox.append(notice);
  const card = makeCard();
  const story = makeStory(spec, player, card.open);
  const cards = makeCards(spec, card.open);
  const wordsBox = h("p", { class: "words" });
  const nowBox = h("p", { class: "now" });
  const help = makeHelp();
  const look = makeLook(root, { listen, undo, say, resized, repainted });
  const bar = h("header", { class: "bar" }, h("h2", { class: "title" }, spec.title),
    h("div", { class: "tools" },
      h("button", { type: "button", onclick: () => reset() }, "Reset"), look.button,
      h("button", { type: "button", onclick: look.fullscreen }, "Full screen"),
      h("button", { type: "button", "aria-label": "Keys and help", onclick: () => help.showModal() }, "?")));
  const legend = h("ul", { class: "legend", "aria-label": "What the small shapes are" }, ...spec.legend.map(({ glyph, words }) =>
    h("li", {}, glyphMark(stage.prefix, glyph), words)));
  root.replaceChildren(bar,
    h("div", { class: `desk${cards.element ? " with-cards" : ""}` },
      h("div", { class: "picture" }, h("div", { class: "stage" }, stage.art), timebar.element, h("div", { class: "told" }, wordsBox, nowBox)),
      h("div", { class: "side" }, story.element, controlBox),
      ...[cards.element].filter(Boolean),
      h("div", { class: "charts" },
        h("div", { class: "chart-row" }, ...chartPlaces(charts, (chart) => { if (library) drawChart(chart); })),
        spec.charts.some(({ at, over }) => !at.length && !over) ? makeBandsKey(spec.clock) : null)),
    h("div", { class: "below" }, legend,
      h("details", { class: "leaves-out" }, h("summary", {}, "What this leaves out"),
        h("ul", {}, ...spec.leaves_out.map((text) => h("li", {}, text))),
        spec.scale_note ? h("p", { class: "scale" }, spec.scale_note) : null),
      h("p", { class: "advice" }, "Education, not medical advice; concentrations are not doses.")),
    live, help, card.element);

  let gone = false;
  undo.push(() => {
    gone = true;
    state.playing = false;
    charts.forEach((chart) => chart.remove());
  });

  /* --- time --- */
  let ticking = 0;
  let before = 0;
  let dirty = true;
  const tick = (now) => {
    ticking = 0;
    try {
      // A frame's own time may lie before the moment at which playing began; time never runs back.
      const passed = Math.min(Math.max(now - before, 0) / 1000, 0.1);
      before = now;
      if (running()) advance(passed);
      if (dirty) drawFrame();
    } catch (error) {
      state.playing = false;
      fail(root, error);
      return;
    }
    if (running() || dirty) wake();
  };
  // A chart costs more than a frame. The picture goes first: charts follow one at a time, between its frames.
  let chartTimer = 0;
  function updateCharts() {
    clearTimeout(chartTimer);
    const due = charts.filter((chart) => chart.shows); // the others are drawn when they are chosen
    const next = () => {
      due.shift()?.update(state);
      if (due.length) chartTimer = setTimeout(next);
    };
    chartTimer = setTimeout(next, CHART_PAUSE_MS);
  }
  undo.push(() => clearTimeout(chartTimer));
  function wake() {
    if (ticking || !state.facts) return;
    ticking = requestAnimationFrame(tick);
  }
  function redraw() {
    dirty = true;
    wake();
  }
  undo.push(() => cancelAnimationFrame(ticking));

  let held = 0;
  function advance(passed) {
    if (calm.matches) {
      held += passed;
      if (held < CALM_S) return;
      passed = held;
      held = 0;
    }
    state.film = Math.min(state.film + passed * state.speed, state.stop);
    dirty = true;
    if (state.film >= state.stop) {
      pause();
      settleWords(true, story.arrived());
    }
  }
  /** Play up to a place of the film; `alone` is without having been asked to. */
  function play(to = spec.clock.film_s, alone = false) {
    state.stop = to;
    if (state.film >= to - 1e-6) state.film = state.step >= 0 ? filmOf(spec.story[state.step].from) : 0;
    state.playing = true;
    state.alone = alone;
    showRunning();
    redraw();
  }
  function pause() {
    state.playing = false;
    showRunning();
  }
  /** Whether the film runs: out of sight it stands still, until it is seen again. */
  function running() {
    return state.playing && (state.alone ? sight.stage : sight.scene);
  }
  let ran = false;
  function showRunning() {
    if (running() === ran) return;
    ran = running();
    timebar.playing(ran);
    root.classList.toggle("playing", ran);
    before = performance.now();
    if (ran) wake();
    else settleWords(false);
  }
  const sight = watchSight(root, stage.art, undo, showRunning);
  function toggle() {
    if (running()) pause();
    else if (state.step >= 0 && story.open()) play(filmOf(spec.story[state.step].to));
    else if (state.step < 0) play();
    else story.remind();
  }
  function seek(film) {
    const [low, high] = story.limits();
    state.film = Math.min(Math.max(film, low), high);
    later(() => settleWords(true));
    redraw();
  }

  /* --- setting --- */
  function change(values, byReader) {
    Object.assign(state.values, values);
    showControls();
    if (byReader) {
      for (const [name, value] of Object.entries(values)) model.set(name, value);
      if (model.get("report")) model.save_changes();
      later(() => settleWords(true));
    }
    resurface();
    story.changed();
  }
  function showControls() {
    for (const control of controls) {
      control.show(state.values[control.name]);
      if (control.allow(state.values)) timebar.rest();
    }
  }
  function resurface() {
    const number = slabNumber(header.choices, state.values);
    const slab = slabs[number];
    if (!slab) {
      root.setAttribute("aria-busy", "true");
      fetchSlab(number);
      return;
    }
    root.removeAttribute("aria-busy");
    notice.hidden = true;
    shown = { ...state.values };
    Object.assign(state, blend(slab, header, state.values), { slab, settled: shown });
    stage.settle(state);
    cards.settle(state, Boolean(root.dataset.asking));
    updateCharts();
    redraw();
  }
  let shown = { ...started };
  /** Unpack the slab of a choice: the one that came first, or one of the others. */
  async function unpacked(number) {
    const bytes = number === model.get("first") ? model.get("surface") : (await model.get("others"))?.[number];
    if (!bytes) throw new Error("The data for this choice did not arrive; reload the page to try again.");
    return (slabs[number] ??= await decode(bytes, header));
  }
  async function fetchSlab(number) {
    try {
      await unpacked(number);
      resurface();
    } catch (error) {
      root.removeAttribute("aria-busy");
      setText(notice, `This choice cannot be shown now: ${error.message ?? error} Everything else goes on.`);
      change(shown, true);
      notice.hidden = false;
    }
  }

  /* --- drawing --- */
  function drawFrame() {
    dirty = false;
    const frame = frameOf(state.film);
    stage.draw(frame, state);
    timebar.show(frame, state.playing, state.speed);
    for (const chart of charts) if (chart.shows) chart.cursor(frame, state);
    if (!root.dataset.moving && running() && state.film > 0) root.dataset.moving = "yes";
  }

  let waiting = 0;
  function later(act) {
    clearTimeout(waiting);
    waiting = setTimeout(act, 400);
  }
  undo.push(() => clearTimeout(waiting));

  /**
   * Bring the words in line with what stands still now; `aloud` also tells a screen reader, after `first`.
   * Within a step they tell the moment only: what is still to come may be what the next step asks.
   */
  function settleWords(aloud, first = "") {
    const step = spec.story[state.step];
    if (root.dataset.asking) {
      setText(wordsBox, "Predict first; the words and charts follow.");
      setText(nowBox, "");
      wordsBox.classList.remove("moment");
      setAttribute(stage.art, "aria-label", `${step.title}. ${step.text} ${step.ask.question}`);
      for (const chart of charts) chart.words("Shown after your prediction.");
      return;
    }
    const frame = frameOf(state.film);
    const second = sampleAt(spec.clock.seconds, frame);
    const time = clockText(second, spokenStep(second, spec.clock.unit), spec.clock.unit);
    const now = spec.now ? fill(spec.now, { ...stage.instant(state, frame), time, phase: phaseAt(spec.clock.phases, frame).label }) : "";
    const text = step ? now : describe(spec.words, { ...state.values, ...state.facts });
    const rest = step ? "" : now;
    const joined = (...parts) => parts.filter(Boolean).join(" ");
    setText(wordsBox, text);
    setText(nowBox, rest);
    wordsBox.classList.toggle("moment", Boolean(step));
    setAttribute(stage.art, "aria-label", step ? joined(`${spec.title}. ${step.title}.`, step.text, story.told(), now) : `${spec.title}. ${text}`);
    for (const chart of charts) chart.words(text, state);
    if (aloud) say(joined(first, text, rest, cards.news()));
  }

  /* --- look and keys --- */
  function resized(narrow) {
    stage.narrow(narrow);
    remeasure(`${root.clientWidth > 0} ${root.dataset.size} ${root.dataset.theme}`);
    for (const chart of charts) if (chart.shows) chart.measure();
    redraw();
  }
  let laidOut = "";
  /** Where a layout moves parts of the picture, what stands on them follows. */
  function remeasure(layout) {
    if (layout === laidOut) return;
    laidOut = layout;
    stage.measure?.();
    resettle();
  }
  function resettle() {
    if (!state.channels) return;
    stage.settle(state);
    redraw();
  }
  listen(calm, "change", resettle);
  let library = null;
  async function drawChart(chart) {
    await chart.draw(library, state);
    redraw();
  }
  function repainted() {
    if (library) charts.filter((chart) => chart.shows).forEach(drawChart);
  }
  function reset() {
    pause();
    story.clear();
    story.go(-1);
    pause();
    change({ ...started }, true);
    state.film = 0;
    settleWords(true);
    redraw();
  }
  const acts = {
    __proto__: null, // a key may have any name
    " ": toggle,
    ArrowLeft: () => { pause(); seek(state.film - 0.25); },
    ArrowRight: () => { pause(); seek(state.film + 0.25); },
    PageDown: story.forward,
    PageUp: () => story.go(Math.max(state.step - 1, -1)),
    f: look.fullscreen,
    p: look.projector,
    r: reset,
    "?": () => help.showModal(),
  };
  listenToKeys(root, listen, acts, story, () => help.open || card.element.open);

  for (const name of names) {
    const heard = () => {
      const value = settable(spec.controls.find((one) => one.name === name), model.get(name), state.values[name]);
      if (value !== model.get(name)) model.set(name, value);
      if (value !== state.values[name]) { change({ [name]: value }, false); later(() => settleWords(true)); }
    };
    model.on(`change:${name}`, heard);
    undo.push(() => model.off(`change:${name}`, heard));
  }

  /* --- begin --- */
  look.fit();
  stage.prepare(state.values);
  await unpacked(slabNumber(header.choices, state.values));
  if (gone) return;
  resurface();
  showControls();
  story.draw();
  drawFrame();
  settleWords(false);
  root.dataset.ready = "yes";
  if (!calm.matches) play(spec.clock.film_s, true);
  await new Promise((resolve) => setTimeout(resolve, 300));
  try {
    if (gone) return;
    library = await plotly(model);
    for (const chart of charts) if (!gone && chart.shows) await chart.draw(library, state);
    if (gone) return charts.forEach((chart) => chart.remove());
    redraw();
    root.dataset.charts = "yes";
  } catch (error) {
    charts.forEach((chart) => chart.failed(error));
  }
  // The other choices' slabs, so that choosing needs no network later. What fails is said when it is chosen.
  try {
    const count = header.choices.reduce((product, choice) => product * choice.options.length, 1);
    for (let number = 0; number < count && !gone; number++) await unpacked(number);
  } catch (error) {
    console.warn("explainer:", error);
  }
}


/** The time bar: play, the film's phases, the place in it, biological time and how fast it runs. */
function makeTimebar(spec, acts) {
  const { seconds, phases, film_s, unit } = spec.clock;
  const lastFrame = seconds.length - 1;
  const playButton = h("button", { type: "button", class: "play", onclick: acts.toggle }, "Play");
  const scrub = h("input", { type: "range", min: 0, max: lastFrame, step: "any", value: 0, "aria-label": "Time", class: "scrub",
    oninput: () => acts.seek(Number(scrub.value)) });
  const clock = h("output", { class: "clock" });
  const pace = h("span", { class: "pace" });
  const phaseName = h("span", { class: "phase-name" });
  const bands = h("div", { class: "bands", "aria-hidden": "true" }, ...phases.map((phase) => {
    const band = h("span", { class: "band", title: phase.label });
    band.style.flexGrow = phase.to - phase.from;
    if (phase.shade) band.style.background = `var(--${phase.shade})`;
    return band;
  }));
  const speed = h("select", { "aria-label": "Speed of the film", onchange: () => acts.speed(Number(speed.value)) },
    ...[["0.25", "¼ speed"], ["0.5", "½ speed"], ["1", "1 × speed"], ["2", "2 × speed"]].map(([value, text]) =>
      h("option", { value, selected: value === "1" }, text)));
  const element = h("div", { class: "timebar" }, playButton,
    h("div", { class: "track" }, phaseName, bands, scrub), h("div", { class: "clock-block" }, clock, pace), speed);
  return {
    element,
    /** Take the focus from what has just gone, to where Space still plays and pauses. */
    rest: () => playButton.focus({ preventScroll: true }),
    playing: (yes) => setText(playButton, yes ? "Pause" : "Play"),
    /** Look as what has to wait for an answer; a press then says so. */
    waiting: (yes) => setAttribute(playButton, "aria-disabled", String(yes)),
    /** Show a frame at a speed; `follow` also moves the slider, which a reader may be holding. */
    show(frame, follow, rate) {
      const before = Math.min(Math.floor(frame), lastFrame - 1);
      const step = seconds[before + 1] - seconds[before];
      const time = clockText(sampleAt(seconds, frame), step, unit);
      const phase = phaseAt(phases, frame).label;
      setText(clock, time);
      setText(pace, paceText((step * lastFrame * rate) / film_s));
      setText(phaseName, phase);
      if (follow || document.activeElement !== scrub) scrub.value = frame;
      setAttribute(scrub, "aria-valuetext", [time, phase].filter(Boolean).join(", "));
    },
  };
}

/** The phase of the experiment that a frame belongs to. */
function phaseAt(phases, frame) {
  return phases.findLast((phase) => phase.from <= frame + 1e-6) ?? phases[0];
}

/**
 * The story: one step at a time, each with its setting, its stretch of film and perhaps a prediction.
 * `player` is what `start` hands out: the state, and what may be done to it.
 */
function makeStory(spec, player, openCard) {
  const { root, state } = player;
  const made = spec.story.map(() => ({ guess: null, shown: false }));
  const counter = h("span", { class: "counter" });
  const heading = h("h3", {});
  const text = h("p", { class: "step-text" });
  const asked = h("fieldset", { class: "ask" });
  const outcome = h("div", { class: "outcome" });
  const drift = h("p", { class: "drift", hidden: true });
  const claims = h("div", { class: "claims" });
  const back = h("button", { type: "button", onclick: () => go(state.step - 1) }, "Back");
  const next = h("button", { type: "button", class: "primary", onclick: () => forward() }, "Next");
  const again = h("button", { type: "button", onclick: () => replay() }, "Play again");
  const body = h("div", { class: "step" }, h("div", { class: "step-head" }, counter, heading), text, asked, outcome, drift, claims);
  const element = h("section", { class: "story", "aria-label": `Story: ${spec.title}` }, body, h("div", { class: "step-buttons" }, back, again, next));
  let warned = false;
  let claimed = null;

  function current() { return spec.story[state.step]; }
  /** Whether the outcome of this step may be seen. */
  function open() {
    const step = current();
    return !step?.ask || made[state.step].guess !== null;
  }
  function limits() {
    if (state.step < 0 || open()) return [0, spec.clock.film_s];
    return [0, player.filmOf(current().from)];
  }
  function go(number) {
    if (number < -1 || number >= spec.story.length) return;
    player.pause();
    warned = false;
    state.step = number;
    const step = current();
    state.horizon = step ? step.to : spec.surface.frames - 1;
    // A curve over a control would tell what a later step asks: until all is answered only its mark is drawn.
    state.held = Boolean(step) && spec.story.some(({ ask }, i) => i > state.step && ask && made[i].guess === null);
    player.change(step ? step.values : player.started, false);
    player.tell();
    state.film = step ? player.filmOf(step.from) : 0;
    player.focus(step?.focus ?? []);
    draw();
    player.settleWords(false);
    player.say(step ? `Step ${number + 1} of ${spec.story.length}. ${step.title}. ${step.text} ${step.ask && open() === false ? step.ask.question : ""}` : "Story left. Explore freely.");
    if (open()) run();
    player.redraw();
  }
  function run() {
    if (player.calm()) {
      if (state.step >= 0) {
        state.film = player.filmOf(current().to);
        player.settleWords(true, arrived());
        player.redraw();
      }
      return;
    }
    player.play(state.step >= 0 ? player.filmOf(current().to) : spec.clock.film_s);
  }
  function replay() {
    if (state.step < 0) { state.film = 0; player.play(); return; }
    if (!open()) return;
    state.film = player.filmOf(current().from); // at the reader's setting: the outcome may invite to try another
    player.play(player.filmOf(current().to));
  }
  function forward() {
    if (state.step >= 0 && !open()) {
      if (!warned) {
        warned = true;
        drift.hidden = false;
        setText(drift, "Choose an answer first. After a show of hands: once more shows the outcome without one.");
        player.say(drift.textContent);
        asked.querySelector("button")?.focus();
        return;
      }
      guess(-1);
      return;
    }
    if (state.step + 1 < spec.story.length) go(state.step + 1);
    else go(-1);
  }
  function guess(option) {
    if (state.step < 0 || open()) return;
    if (moved().length) player.change(current().values, true); // the answer is about the step's setting
    made[state.step].guess = option;
    drift.hidden = true;
    draw();
    player.settleWords(false);
    player.rest();
    run();
  }
  /** Show what a step comes to; gives it as text. */
  function arrived() {
    if (state.step < 0) return "";
    made[state.step].shown = true;
    draw();
    return told();
  }
  /** What this step has come to, once it is shown. */
  function told() {
    const step = current();
    return step && made[state.step].shown ? outcomes(step).join(" ") : "";
  }
  const outcomes = (step) => [verdict(), step.ask?.because, step.outcome].filter(Boolean);
  /** Say why the film does not play. */
  function remind() {
    drift.hidden = false;
    setText(drift, "Choose an answer first.");
    player.say(drift.textContent);
  }
  function verdict() {
    const { ask } = current();
    if (!ask) return "";
    const { guess: option } = made[state.step];
    const right = ask.options[ask.right];
    if (option < 0) return `The model says: ${right}.`;
    return option === ask.right ? `You said: ${right}. So does the model.` : `You said: ${ask.options[option]}. The model says: ${right}.`;
  }
  /** The controls that stand elsewhere than the step has set them. */
  const moved = () => Object.keys(current()?.values ?? {}).filter((name) => state.values[name] !== current().values[name]);
  function changed() {
    const step = current();
    if (!step) { drift.hidden = true; return; }
    if (warned && !open()) return;
    drift.hidden = moved().length === 0;
    if (moved().length) {
      drift.replaceChildren("You have changed the setting. ",
        h("button", { type: "button", class: "link", onclick: () => { player.change(step.values, true); player.rest(); } }, "Back to this step's setting"));
    }
  }
  function draw() {
    const step = current();
    if (open()) delete root.dataset.asking;
    else root.dataset.asking = "yes";
    player.waiting(!open());
    setText(counter, step ? `Step ${state.step + 1} of ${spec.story.length}` : `A story in ${spec.story.length} steps`);
    setText(heading, step ? step.title : "Watch, explore, or let the story lead");
    setText(text, step ? step.text : "The film runs through one experiment. Move a control at any time. The story goes through it step by step and asks you to predict.");
    body.classList.toggle("free", !step);
    asked.hidden = !step?.ask;
    if (step?.ask) {
      const chosen = made[state.step].guess;
      asked.replaceChildren(h("legend", {}, step.ask.question), ...step.ask.options.map((option, i) => {
        const tag = open() && made[state.step].shown ? (i === step.ask.right ? "the model" : "") : "";
        const classes = ["option", chosen === i ? "chosen" : "", tag ? "right" : ""].join(" ");
        return h("button", { type: "button", class: classes, "aria-pressed": String(chosen === i), disabled: chosen !== null, onclick: () => guess(i) },
          h("span", { class: "number", "aria-hidden": "true" }, String(i + 1)), h("span", { class: "option-text" }, option),
          chosen === i ? h("span", { class: "tag" }, "your prediction") : null, tag ? h("span", { class: "tag" }, tag) : null);
      }));
    }
    const lines = step && made[state.step].shown ? outcomes(step) : [];
    outcome.hidden = lines.length === 0;
    outcome.replaceChildren(...lines.map((line, i) => h("p", { class: i === 0 && step.ask ? "verdict" : "" }, line)));
    const due = step && open() ? step.claims : null;
    if (due !== claimed) { // not anew for the same step: a card gives the focus back to the claim that opened it
      claimed = due;
      claims.replaceChildren(...(due ?? []).map((claim) => claimButton(claim, openCard)));
    }
    back.disabled = !step;
    again.disabled = Boolean(step) && !open();
    setText(back, state.step === 0 ? "Leave" : "Back");
    setText(next, !step ? "Start story" : state.step + 1 < spec.story.length ? "Next" : "End");
    setText(again, step ? "Play again" : "From start");
    changed();
  }
  /** Forget every prediction. */
  function clear() {
    for (const entry of made) Object.assign(entry, { guess: null, shown: false });
  }
  return { element, draw, go, forward, guess, open, limits, arrived, told, remind, changed, clear, options: () => current()?.ask?.options.length ?? 0 };
}

/** What opens the card of a claim. */
function claimButton(claim, openCard) {
  return h("button", { type: "button", class: `claim grade-${claim.grade}`, onclick: () => openCard(claim) },
    h("span", {}, "Why? "), h("span", { class: "claim-text" }, claim.grade === "corrected" ? `“${claim.text}”` : claim.text), h("span", { class: "grade" }, claim.grade));
}

/** The cards of text: in each of their columns those that belong to the setting. */
function makeCards({ cards = [], evidence }, openCard) {
  const columns = [1, 2].filter((number) => cards.some(({ column }) => column === number))
    .map((number) => ({ number, element: h("div", { class: "card-column" }) }));
  const element = h("section", { class: `cards${columns.length > 1 ? " two" : ""}`, "aria-label": "Cards" }, ...columns.map((column) => column.element));
  let drawn = "";
  let names = "";
  let told = null;
  const title = ({ title, badge }) => (badge ? `${title}, ${badge}` : title);
  const sheet = (card, asking) => h("article", { class: "text-card" },
    h("div", { class: "text-card-head" }, h("h3", {}, card.title), card.badge ? h("p", { class: "badge" }, card.badge) : null),
    ...(asking ? [h("p", { class: "held" }, "Shown after your prediction.")] : [
      h("dl", {}, ...card.rows.map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text)))),
      h("div", { class: "claims" }, ...card.claims.map((claim) => claimButton(evidence[claim], openCard)))]));
  return {
    element: cards.length ? element : null,
    /** Show what belongs to a setting; while a prediction is asked for, only what the cards are about. */
    settle(state, asking) {
      if (!cards.length || !state.facts) return;
      const values = { ...state.values, ...state.facts };
      const due = cards.filter(({ when }) => meets(when, values))
        .map((card) => ({ ...card, rows: card.rows.map(([term, text]) => [term, fill(text, values)]) }));
      const now = JSON.stringify([due, asking]);
      if (now === drawn) return; // not anew: a card of evidence gives the focus back to the claim that opened it
      drawn = now;
      names = due.map(title).join("; ");
      told ??= names;
      for (const column of columns) {
        column.element.replaceChildren(...due.filter((card) => card.column === column.number).map((card) => sheet(card, asking)));
      }
    },
    /** What a screen reader has not been told yet of which cards are there. */
    news() {
      if (names === told || !cards.length) return "";
      told = names;
      return names ? `Cards below: ${names}.` : "No card belongs to this setting.";
    },
  };
}

/** The card that answers "why?": the claim's grade, what speaks against it, its sources. */
function makeCard() {
  const element = h("dialog", { class: "card", "aria-label": "Why? The evidence" });
  function open(claim) {
    element.replaceChildren(...[
      h("p", { class: `grade-line grade-${claim.grade}` }, h("span", { class: "grade" }, claim.grade_label)),
      h("p", { class: "card-text" }, claim.grade === "corrected" ? `Often said: ${claim.text}` : claim.text),
      claim.instead ? h("p", {}, h("strong", {}, "Known instead: "), claim.instead) : null,
      claim.against ? h("p", {}, h("strong", {}, "What speaks against it, or limits it: "), claim.against) : null,
      claim.note ? h("p", {}, claim.note) : null,
      h("p", {}, h("strong", {}, claim.sources.length ? "Sources" : "No source is named.")),
      h("ul", { class: "sources" }, ...claim.sources.map((source) => h("li", {}, source.citation, " ",
        source.doi ? h("a", { href: `https://doi.org/${source.doi}`, rel: "noreferrer" }, `doi:${source.doi}`) : null,
        source.how_known ? h("span", { class: "how" }, ` How it is known here: ${source.how_known}`) : null))),
      h("button", { type: "button", class: "primary", onclick: () => element.close() }, "Close"),
    ].filter(Boolean));
    element.showModal();
  }
  return { element, open };
}

/** The list of keys. */
function makeHelp() {
  const rows = KEYS.map(([keys, means]) => h("tr", {}, h("th", { scope: "row" }, ...keys.flatMap((key, i) => [i ? " " : "", h("kbd", {}, key)])), h("td", {}, means)));
  const dialog = h("dialog", { class: "card", "aria-label": "Keys" }, h("h3", {}, "Keys"),
    h("table", {}, h("tbody", {}, ...rows)),
    h("p", {}, "Where particles run, their number and speed follow the computed flux; where they stand, their number is the computed amount. What cannot be seen is told in words below the picture."),
    h("button", { type: "button", class: "primary", onclick: () => dialog.close() }, "Close"));
  return dialog;
}

/** How the scene looks: theme, projector, full screen, the layout for its width. */
function makeLook(root, { listen, undo, say, resized, repainted }) {
  const button = h("button", { type: "button", "aria-pressed": "false", onclick: () => projector() }, "Projector");
  function follow() {
    if (root.dataset.theme === "projector") return;
    const lab = document.body.dataset.jpThemeLight;
    const dark = lab !== undefined ? lab === "false" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "dark" : "light";
  }
  function projector() {
    const on = root.dataset.theme !== "projector";
    root.dataset.theme = on ? "projector" : "";
    if (!on) follow();
    button.setAttribute("aria-pressed", String(on));
    spread(on);
    fit();
    repainted();
  }
  /** Cover the whole window, above all that surrounds the scene; where that fails, come to its top. */
  function spread(on) {
    root.parentElement.style.minHeight = on ? `${root.offsetHeight}px` : "";
    delete root.dataset.spread;
    root.removeAttribute("popover");
    if (on) {
      root.dataset.spread = "yes";
      if (root.showPopover && !document.fullscreenElement) {
        root.popover = "manual";
        root.showPopover();
      }
      const seen = (x, y) => root.contains(root.getRootNode().elementFromPoint(x, y));
      if (!seen(2, 2) || !seen(document.documentElement.clientWidth - 2, innerHeight - 2)) {
        delete root.dataset.spread;
        root.removeAttribute("popover");
        root.scrollIntoView();
      }
    }
    if (!root.contains(document.activeElement)) root.focus({ preventScroll: true });
  }
  function fullscreen() {
    if (document.fullscreenElement) return void document.exitFullscreen();
    root.removeAttribute("popover"); // full screen is refused to a popover
    root.requestFullscreen?.().catch(() => say("This browser does not allow full screen here."));
  }
  listen(document, "fullscreenchange", () => {
    if (!document.fullscreenElement && root.dataset.theme === "projector") spread(true);
  });
  function fit() {
    const width = root.clientWidth;
    root.dataset.size = width < 620 ? "narrow" : width < 980 ? "medium" : "wide";
    resized(root.dataset.size === "narrow");
  }
  listen(matchMedia("(prefers-color-scheme: dark)"), "change", () => { follow(); repainted(); });
  const themes = new MutationObserver(() => { follow(); repainted(); });
  themes.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const sizes = new ResizeObserver(fit);
  sizes.observe(root);
  undo.push(() => themes.disconnect(), () => sizes.disconnect());
  follow();
  return { button, projector, fullscreen, fit };
}

const ENOUGH = 0.2; // of a picture, so that it plays by itself

/**
 * What can be seen of a scene, kept up to date: of its `stage` a fifth or more, of the `scene` anything.
 * `changed` hears of every change.
 */
function watchSight(scene, stage, undo, changed) {
  const sight = { stage: false, scene: false };
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, intersectionRatio } of entries) {
      if (target === scene) sight.scene = isIntersecting;
      else sight.stage = intersectionRatio >= ENOUGH;
    }
    changed();
  }, { threshold: [0, ENOUGH] });
  observer.observe(scene);
  observer.observe(stage);
  undo.push(() => observer.disconnect());
  return sight;
}

/** The scene to which a key belongs that is pressed on the page: the one that shows most, if one is well in view. */
function sceneInView() {
  const shown = [...document.querySelectorAll(".explainer")].map((scene) => {
    const { top, bottom } = scene.getBoundingClientRect();
    return { scene, height: top < innerHeight * 0.75 ? Math.min(bottom, innerHeight) - Math.max(top, 0) : 0 };
  });
  const most = Math.max(...shown.map(({ height }) => height));
  return most > 0 ? shown.find(({ height }) => height === most).scene : null;
}

/** Listen for keys: within the scene, and on the page while nothing else has the focus. */
function listenToKeys(root, listen, acts, story, busy) {
  function keyed(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || busy()) return;
    const target = event.target;
    const typing = target.matches?.("input:not([type=range]):not([type=radio]), textarea, select, [contenteditable]");
    if (typing) return;
    if (["ArrowLeft", "ArrowRight"].includes(event.key) && target.matches?.("input")) return;
    if (event.key === " " && target.matches?.("button, summary, a, input[type=radio]")) return;
    const number = Number(event.key);
    const act = number >= 1 && number <= story.options() ? () => story.guess(number - 1) : acts[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }
  listen(root, "keydown", keyed);
  // JupyterLab acts on keys at the document, whatever has the focus: a letter would cut or convert the cell.
  listen(root, "keydown", (event) => { if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation(); });
  listen(document, "keydown", (event) => {
    if (event.target === document.body && sceneInView() === root) keyed(event);
  });
}

/** A row of options, one of them chosen. */
function makeOptions(kind, label, options, changed, about = "") {
  const name = `x-options-${unused()}`;
  const inputs = options.map((option) => h("input", { type: "radio", name, value: option, onchange: () => changed(option) }));
  const element = h("fieldset", { class: kind, title: about || null }, h("legend", {}, label),
    h("div", { class: "options" }, ...options.map((option, i) => h("label", {}, inputs[i], h("span", {}, bound(option))))));
  // More letters than fit one row beside the name: the options stand below it, in columns as wide as the longest.
  const lengths = options.map((option) => option.length);
  if (lengths.reduce((sum, length) => sum + length + 5, label.length) > 46) {
    element.classList.add("many");
    element.style.setProperty("--longest", Math.max(...lengths));
  }
  return { element, show: (value) => inputs.forEach((input) => { input.checked = input.value === value; }) };
}

/** A slider or a row of options, with its label and its value in words. */
function makeControl(control, changed) {
  if (control.kind === "choice") {
    const row = makeOptions("control choice", control.label, control.options, changed, control.about);
    row.element.dataset.name = control.name;
    return { name: control.name, ...row, allow: makeExcuse(control, row.element, [...row.element.querySelectorAll("input")]) };
  }
  const id = `x-control-${unused()}`;
  // The slider runs where the interpolation runs, so that a log control is even in ratios; where it snaps, from node to node.
  const last = control.nodes.length - 1;
  const placed = (value) => (control.snap ? nearestNode(control, value) : placeOf(control, value));
  const valued = (place) => (control.snap ? control.nodes[Math.round(place)] : Math.min(Math.max(valueAt(control, place), control.nodes[0]), control.nodes[last]));
  const [low, high] = [control.nodes[0], control.nodes[last]].map(placed);
  const range = [low, high, control.snap ? 1 : ((high - low) / 100) * (1 - 1e-9)]; // a hair less, so that rounding keeps the last step
  const output = h("output", { for: id });
  const text = (value) => `${write(value, control.form)}\u00a0${control.unit}`;
  const input = h("input", { type: "range", id, min: range[0], max: range[1], step: range[2],
    oninput: () => changed(valued(Number(input.value))) });
  const element = h("div", { class: "control slider", title: control.about, "data-name": control.name }, h("label", { for: id }, control.label), output, input);
  return {
    name: control.name,
    element,
    show(value) {
      const place = placed(value);
      if (Math.abs(Number(input.value) - place) > 1e-9) input.value = place;
      setText(output, text(value));
      setAttribute(input, "aria-valuetext", text(value));
    },
    allow: makeExcuse(control, element, [input]),
  };
}

/**
 * Disable a control where its condition does not hold, and say why beneath it. What it gives back does so for
 * some values, and tells whether the focus has been lost by it.
 */
function makeExcuse(control, element, inputs) {
  if (!control.when) return () => false;
  const reason = h("p", { class: "excuse", id: `x-excuse-${unused()}`, hidden: true }, control.otherwise);
  const described = element.matches("fieldset") ? element : inputs[0];
  element.append(reason);
  return (values) => {
    const held = inputs.includes(element.getRootNode().activeElement);
    const off = !meets(control.when, values);
    reason.hidden = !off;
    for (const input of inputs) input.disabled = off;
    element.classList.toggle("off", off);
    if (off) setAttribute(described, "aria-describedby", reason.id);
    else described.removeAttribute("aria-describedby");
    return held && off;
  };
}

function glyphMark(prefix, glyph) {
  return svg("svg", { viewBox: "-10 -10 20 20", class: "mark", "aria-hidden": "true" }, glyphUse(prefix, glyph, 20));
}

export default { render };
