/** Feeds a page what hostile.py makes, and finds out whether any of it was run or shown as more than text. */
globalThis.hostile = (() => {
  const KINDS = "script, iframe, frame, object, embed, img, image, foreignObject, link, meta, base, form, video, audio, [onerror], [onload], [ontoggle]";
  const found = [];
  let observer = null;

  /** From now on note what must not arise: elements that load or run, handlers in attributes, pollution of all objects. */
  function watch(mark) {
    globalThis[mark] = () => found.push(`${mark}() was called`);
    const known = new Set(document.querySelectorAll(KINDS));
    observer = new MutationObserver(() => {
      for (const element of document.querySelectorAll(KINDS)) {
        if (!known.has(element)) found.push(`new in the page: ${element.outerHTML.slice(0, 200)}`);
        known.add(element);
      }
      for (const link of document.querySelectorAll("[href]")) {
        if (/^\s*(javascript|data:text\/html)/i.test(link.getAttribute("href"))) found.push(`a link: ${link.outerHTML.slice(0, 200)}`);
      }
    });
    observer.observe(document, { childList: true, subtree: true });
  }

  function foul() {
    const own = Object.keys(Object.prototype);
    if (own.length) found.push(`all objects got ${own}`);
    return found.splice(0);
  }

  /** A model for a published scene, as the page makes one. */
  function mount({ first, rest }) {
    const el = document.createElement("div");
    document.body.append(el);
    const model = new hostile.StandIn(first, () => rest.others.map(player.fromBase64));
    player.default.render({ model, el });
    return (hostile.scene = { el, model, spec: first.spec });
  }

  /** What a scene shows that it cannot mean: a control out of its range, or a text that is no value. */
  function wrong({ el, model, spec }) {
    for (const control of spec.controls) {
      const value = model.get(control.name);
      const fits = control.kind === "choice" ? control.options.includes(value)
        : typeof value === "number" && value >= control.nodes[0] && value <= control.nodes.at(-1);
      if (!fits) return `${control.name} is ${JSON.stringify(value)} (${String(value)})`;
    }
    for (const input of el.querySelectorAll(".slider input")) {
      const told = `${input.getAttribute("aria-valuetext")} / ${input.parentNode.querySelector("output").textContent}`;
      if (/NaN|undefined|null|Infinity|object|–/.test(told)) return `a slider says ${told}`;
    }
    const failed = el.querySelector(".explainer > .explainer-error") ?? el.querySelector(".explainer-error:not([hidden])");
    return failed ? `instead of a part it says: ${failed.textContent}` : "";
  }

  const written = (value) => (typeof value === "string" ? value : JSON.stringify(value));
  const ODD = [NaN, Infinity, -Infinity, undefined];

  /** Give a scene these values one by one, each in another way; gives the first that does harm, and how many took. */
  function feed(list, keys) {
    const { el, model, spec } = hostile.scene;
    const root = el.querySelector(".explainer");
    const names = spec.controls.map(({ name }) => name);
    const input = (element, value) => {
      element.value = written(value);
      element.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const ways = [
      (value, i) => model.set(names[i % names.length], value),
      (value, i) => model.set({ [names[i % names.length]]: value, [names.at(-1)]: ODD[i % ODD.length] }),
      (value, i) => model.set(names[i % names.length], ODD[i % ODD.length]),
      (value) => model.set(["spec", "surface", "first", "others"].includes(value) ? "no" : written(value), value),
      (value, i) => { const all = el.querySelectorAll(".slider input"); if (all.length) input(all[i % all.length], value); },
      (value) => input(el.querySelector(".scrub"), value),
      (value, i) => { const key = i % 3 ? keys[i % keys.length] : written(value); root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })); },
      (value) => { location.hash = written(value); },
    ];
    for (const [i, value] of list.entries()) {
      ways[i % ways.length](value, Math.floor(i / ways.length));
      const harm = wrong(hostile.scene);
      if (harm) return `after value ${i}, ${JSON.stringify(value)?.slice(0, 200)}, by way ${i % ways.length}: ${harm}`;
    }
    return "";
  }

  /** Put each text into the address, as fragment and as query, and tell the page; gives what it could not take. */
  function addresses(texts) {
    const start = location.href;
    for (const [i, text] of texts.entries()) {
      try {
        if (i % 2) location.hash = text;
        else history.replaceState(null, "", `${location.pathname}?${text.replace(/#/g, "%23")}#${text}`);
      } catch (error) {
        if (error.name !== "SecurityError") throw error; // the browser itself refuses the address
      }
      dispatchEvent(new HashChangeEvent("hashchange"));
      dispatchEvent(new PopStateEvent("popstate"));
    }
    history.replaceState(null, "", start);
  }

  /** Type each text into every field that takes text, and let a page answer now and then. */
  async function typed(texts) {
    const fields = [...document.querySelectorAll("input:not([type]), input[type=text], input[type=search], textarea")];
    const type = async (field, text, pause) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      await new Promise((go) => setTimeout(go, pause));
    };
    for (const field of fields) {
      await type(field, "a", 500);
      for (const [i, text] of texts.entries()) {
        field.value = text;
        if (i % 20) field.dispatchEvent(new Event("input", { bubbles: true }));
        else await type(field, text, 50);
      }
      await type(field, "", 200);
    }
    return fields.length;
  }

  return { watch, foul, mount, feed, addresses, typed };
})();
