/**
 * Runs in every page that is measured, before anything of the page itself.
 *
 * All times are milliseconds of `performance.now()`, so 0 is the start of the navigation. A moment
 * counts when it has been painted: a message posted in a frame's callbacks is delivered after that
 * frame's style, layout and paint.
 */
(() => {
  if (window !== window.top) return;
  performance.setResourceTimingBufferSize(5000);
  const bench = (window.bench = { marks: {}, longTasks: [] });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) bench.longTasks.push([entry.startTime, entry.duration]);
  }).observe({ type: "longtask", buffered: true });

  /* --- frames --- */
  const channel = new MessageChannel();
  const posted = [];
  channel.port1.onmessage = () => posted.shift()();
  const post = (act) => { posted.push(act); channel.port2.postMessage(0); };
  let inFrame = false;
  let waiting = [];
  let everyFrame = () => {};
  const frame = () => {
    inFrame = true;
    post(() => { inFrame = false; });
    for (const act of waiting.splice(0)) post(act);
    everyFrame();
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);

  /** Call back once what has just changed is painted: by this frame if one is being made, else by the next. */
  const painted = (act) => (inFrame ? post(() => act(performance.now())) : waiting.push(() => act(performance.now())));

  /* --- the first picture --- */
  const seen = (element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && element.getClientRects().length > 0;
  let before = new Map();
  const CONDITIONS = {
    /** A part of the picture stands elsewhere than in the frame before, while the film runs. */
    moving() {
      const scene = document.querySelector(".explainer");
      if (!scene) return false;
      if (scene.dataset.moving) bench.marks.film ??= performance.now();
      const now = new Map([...scene.querySelectorAll(".plate [transform]")].map((part) => [part, part.getAttribute("transform")]));
      const moved = [...now].some(([part, at]) => before.has(part) && before.get(part) !== at && seen(part));
      before = now;
      return moved && Boolean(scene.dataset.moving);
    },
    hello() {
      return [...document.querySelectorAll(".jp-OutputArea-output")].some((output) => output.textContent.trim() === "hello" && seen(output));
    },
    plots() {
      const plots = [...document.querySelectorAll(".js-plotly-plot")];
      const sliders = [...document.querySelectorAll(".widget-hslider .noUi-target")];
      return plots.length === 2 && plots.every((plot) => signature(plot) && seen(plot)) && sliders.length >= 2 && sliders.every(seen);
    },
  };
  /** Note the first painted frame in which a condition holds. */
  bench.watch = (name) => {
    everyFrame = () => {
      if (!CONDITIONS[name]()) return;
      everyFrame = () => {};
      painted((now) => { bench.marks.ready = now; });
    };
  };

  /** What had arrived by a moment: compressed bytes of finished responses, the page itself counted whole. */
  bench.arrived = (until) => {
    const [page] = performance.getEntriesByType("navigation");
    const files = performance.getEntriesByType("resource").filter((entry) => /^https?:/.test(entry.name) && entry.responseEnd <= until);
    const bytes = files.reduce((sum, entry) => sum + entry.encodedBodySize, page.encodedBodySize);
    return { bytes, requests: files.length + 1, page: page.encodedBodySize };
  };

  /* --- from a control to the picture --- */
  let stamp = null;
  addEventListener("pointermove", (event) => { stamp ??= event.timeStamp; }, { capture: true });
  const signature = (plot) => [...plot.querySelectorAll(".scatterlayer path[d]")].map((path) => path.getAttribute("d")).join();
  const differs = (record) =>
    record.type === "attributes" ? record.target.getAttribute(record.attributeName) !== record.oldValue : true;
  const ALL = { subtree: true, attributes: true, attributeOldValue: true, characterData: true, childList: true };

  /**
   * Get ready for one move. `picture` is what must change, or empty where any plot is the picture;
   * `plots` are all charts. Times run from the pointer's own time stamp.
   */
  bench.arm = (picture, plots) => {
    stamp = null;
    const observers = [];
    const times = { picture: null, plots: null };
    const observe = (target, changed) => {
      const observer = new MutationObserver((records) => {
        if (stamp === null || !changed(records)) return;
        observer.disconnect();
        painted((now) => done(target, now - stamp));
      });
      observer.observe(target, ALL);
      observers.push(observer);
    };
    const charts = [...document.querySelectorAll(plots)];
    const left = new Set(charts);
    const done = (target, took) => {
      if (left.delete(target) && left.size === 0) times.plots = took;
      if (target.matches(picture || plots)) times.picture ??= took;
    };
    for (const chart of charts) {
      const old = signature(chart);
      observe(chart, () => signature(chart) !== old);
    }
    if (picture) observe(document.querySelector(picture), (records) => records.some(differs));
    bench.armed = { times, end: () => observers.forEach((observer) => observer.disconnect()) };
  };
  /** Wait until the picture, or with `all` every plot too, has changed; null for what has not within the limit. */
  bench.outcome = async (all, limit) => {
    const { times, end } = bench.armed;
    const until = performance.now() + limit;
    const open = () => times.picture === null || (all && times.plots === null);
    while (open() && performance.now() < until) await new Promise((go) => setTimeout(go, 5));
    end();
    return times;
  };
  bench.longestTask = (since) => Math.max(0, ...bench.longTasks.filter(([start]) => start >= since).map(([, length]) => length));

  /* --- the film --- */
  /** Lengths of all frames for a while. */
  bench.frames = (length) => new Promise((resolve) => {
    const lengths = [];
    let first = null;
    let last = null;
    const next = (now) => {
      if (last !== null) lengths.push(now - last);
      first ??= now;
      last = now;
      if (now - first < length) requestAnimationFrame(next);
      else resolve(lengths);
    };
    requestAnimationFrame(next);
  });
})();
